// Addressing by location: the gate between two weightings, and the shift (NTM, equations 7 and 8).

// interpolate: g[1], a[n], b[n] → y[n] = g a + (1 − g) b. Size n. y may be a or b.
static void th_interpolate(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *a = th_row(c, 1, r), *b = th_row(c, 2, r);
    float *y = th_row(c, 3, r), gate = *th_row(c, 0, r);
    v16 g = th_splat(gate), rest = th_splat(1 - gate);
    TH_OVER(n, i, lanes, {
      th_write(y + i, lanes, th_fma(g, th_load(a + i), rest * th_load(b + i)), th_adds(c, 0));
    })
  }
}

// interpolate_gradient: g[1], a[n], b[n], dy[n] → dg[1], da[n], db[n]. Size n.
// dg = Σ dy (a − b), da = g dy, db = (1 − g) dy.
static void th_interpolate_gradient(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *a = th_row(c, 1, r), *b = th_row(c, 2, r), *dy = th_row(c, 3, r);
    float *da = th_row(c, 5, r), *db = th_row(c, 6, r), gate = *th_row(c, 0, r);
    v16 g = th_splat(gate), rest = th_splat(1 - gate), sum = th_splat(0), zero = sum;
    TH_OVER(n, i, lanes, {
      v16 d = th_load_part(dy + i, lanes, zero);
      v16 difference = th_load_part(a + i, lanes, zero) - th_load_part(b + i, lanes, zero);
      sum = th_fma(d, difference, sum);
      th_write(da + i, lanes, g * d, th_adds(c, 1));
      th_write(db + i, lanes, rest * d, th_adds(c, 2));
    })
    th_write_one(th_row(c, 4, r), th_sum(sum), th_adds(c, 0));
  }
}

/// The shift as one from 0 to n − 1.
TH_INLINE int th_shift(int32_t shift, int n) {
  int rest = shift % n;
  return rest < 0 ? rest + n : rest;
}

/// y(i) (+)= Σⱼ s(j) x((i − shift(j)) mod n), with the shifts negated if `back`; any sizes.
/// Each tap is two runs of neighbours: the slots from the shift on, and those before it.
TH_INLINE void th_convolve(
    const float *x, const float *s, const int32_t *shift, float *y, int n, int taps, int back,
    int add) {
  for (int j = 0; j < taps; j++) {
    int o = th_shift(back ? -shift[j] : shift[j], n), adds = add || j > 0;
    v16 tap = th_splat(s[j]);
    TH_OVER(o, i, lanes, { th_write(y + i, lanes, tap * th_load(x + n - o + i), adds); })
    float *rest = y + o;
    TH_OVER(n - o, i, lanes, { th_write(rest + i, lanes, tap * th_load(x + i), adds); })
  }
}

/// Whether there are three taps with the shifts −1, 0 and +1 in any order, as most heads have.
TH_INLINE int th_are_near(const int32_t *shift, int taps, int n) {
  if (taps != 3 || n < 16) return 0;
  int found = 0;
  for (int j = 0; j < 3; j++) {
    if (shift[j] < -1 || shift[j] > 1) return 0;
    found |= 1 << (shift[j] + 1);
  }
  return found == 7;
}

/// A vector of numbers that stand in a ring, x(i) in each lane, with x(i − 1) and x(i + 1).
typedef struct th_near {
  v16 before, at, after;
} th_near;

/// The vector from i on, with `lanes` numbers. It is made of whole vectors: a load between two that were just written
/// would wait until both are in the cache.
TH_INLINE th_near th_near_from(const float *x, int n, int i, int lanes) {
  const v16 first = th_splat(x[0]);
  const v16 before = i > 0 ? th_load(x + i - 16) : th_splat(x[n - 1]);
  const v16 at = th_select(th_first(lanes), th_load(x + i), first);
  const v16 next = i + 16 < n ? th_load(x + i + 16) : first;
  return (th_near){
      .before = __builtin_shufflevector(
          before, at, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
      .at = at,
      .after = __builtin_shufflevector(
          at, next, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)};
}

/// x(i + offset) for an offset of −1, 0 or +1.
TH_INLINE v16 th_near_at(th_near x, int offset) {
  return offset == 0 ? x.at : offset < 0 ? x.before : x.after;
}

// circular_convolution: w[n], s[k] → y[n]. Sizes n, k, then the k shifts (any integers).
// y(i) = Σⱼ w((i − shiftⱼ) mod n) sⱼ.
static void th_circular_convolution(const th_call *c) {
  int n = c->size[0], taps = c->size[1], add = th_adds(c, 0);
  const int32_t *shift = c->size + 2;
  if (th_are_near(shift, taps, n)) {
    for (int r = 0; r < c->rows; r++) {
      const float *w = th_row(c, 0, r), *s = th_row(c, 1, r);
      float *y = th_row(c, 2, r);
      v16 tap[3];
      for (int j = 0; j < 3; j++) tap[j] = th_splat(s[j]);
      TH_OVER(n, i, lanes, {
        const th_near near = th_near_from(w, n, i, lanes);
        v16 sum = tap[0] * th_near_at(near, -shift[0]);
        if (add) sum = th_load(y + i) + sum;
        for (int j = 1; j < 3; j++) sum = sum + tap[j] * th_near_at(near, -shift[j]);
        th_write(y + i, lanes, sum, 0);
      })
    }
    return;
  }
  for (int r = 0; r < c->rows; r++) {
    th_convolve(th_row(c, 0, r), th_row(c, 1, r), shift, th_row(c, 2, r), n, taps, 0, add);
  }
}

// circular_convolution_gradient: w[n], s[k], dy[n] → dw[n], ds[k]. Sizes n, k, then the k shifts.
// dy(i) flows to slot (i − shiftⱼ) mod n, so dw(i) = Σⱼ dy((i + shiftⱼ) mod n) sⱼ: the same sum
// with the shifts negated; and dsⱼ = Σᵢ dy(i) w((i − shiftⱼ) mod n).
static void th_circular_convolution_gradient(const th_call *c) {
  int n = c->size[0], taps = c->size[1], add = th_adds(c, 0), add_taps = th_adds(c, 1);
  const int32_t *shift = c->size + 2;
  const int are_near = th_are_near(shift, taps, n);
  for (int r = 0; r < c->rows; r++) {
    const float *w = th_row(c, 0, r), *s = th_row(c, 1, r), *dy = th_row(c, 2, r);
    float *ds = th_row(c, 4, r);
    if (are_near) {
      // Σᵢ dy(i) w(i − shift) = Σᵢ w(i) dy(i + shift), of which dw is a sum too.
      const v16 zero = th_splat(0);
      float *dw = th_row(c, 3, r);
      v16 tap[3], sum[3];
      for (int j = 0; j < 3; j++) {
        tap[j] = th_splat(s[j]);
        sum[j] = zero;
      }
      TH_OVER(n, i, lanes, {
        const th_near near = th_near_from(dy, n, i, lanes);
        const v16 x = th_load_part(w + i, lanes, zero);
        v16 total = zero;
        for (int j = 0; j < 3; j++) {
          const v16 d = th_near_at(near, shift[j]);
          total = j > 0 ? total + tap[j] * d : add ? th_load(dw + i) + tap[j] * d : tap[j] * d;
          sum[j] = th_fma(th_select(th_first(lanes), d, zero), x, sum[j]);
        }
        th_write(dw + i, lanes, total, 0);
      })
      for (int j = 0; j < 3; j++) th_write_one(ds + j, th_sum(sum[j]), add_taps);
      continue;
    }
    th_convolve(dy, s, shift, th_row(c, 3, r), n, taps, 1, add);
    for (int j = 0; j < taps; j++) {
      int o = th_shift(shift[j], n);
      float sum = th_dot_of(dy + o, w, n - o) + th_dot_of(dy, w + n - o, o);
      th_write_one(ds + j, sum, add_taps);
    }
  }
}
