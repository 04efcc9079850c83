// Sums, dot products, softmax and the two cross-entropies.
//
// A sum over n adds vectors of 16 lanes in their order and then the lanes as th_sum does, so that
// it is the same on every instruction set.

/// Σ a b over n floats.
TH_INLINE float th_dot_of(const float *a, const float *b, int n) {
  v16 sum = th_splat(0);
  int i = 0;
  for (; i + 16 <= n; i += 16) sum = th_fma(th_load(a + i), th_load(b + i), sum);
  if (i < n) {
    v16 zero = th_splat(0);
    sum = th_fma(th_load_part(a + i, n - i, zero), th_load_part(b + i, n - i, zero), sum);
  }
  return th_sum(sum);
}

/// The largest of n floats.
TH_INLINE float th_largest_of(const float *x, int n) {
  v16 lowest = th_splat(-__builtin_inff()), largest = lowest;
  int i = 0;
  for (; i + 16 <= n; i += 16) largest = th_max(largest, th_load(x + i));
  if (i < n) largest = th_max(largest, th_load_part(x + i, n - i, lowest));
  return th_largest(largest);
}

// total: x[n] → y[1] = Σ x. Size n.
static void th_total(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *x = th_row(c, 0, r);
    v16 sum = th_splat(0);
    TH_OVER(n, i, lanes, { sum += th_load_part(x + i, lanes, th_splat(0)); })
    th_write_one(th_row(c, 1, r), th_sum(sum), th_adds(c, 0));
  }
}

TH_INLINE void th_sum_columns_block(
    const float *x, float *y, int n, int m, int add, int i, int vectors, int lanes) {
  v16 sum[TH_MANY];
  TH_EACH(v) sum[v] = th_splat(0);
  for (int j = 0; j < m; j++) TH_EACH(v) sum[v] += th_load(x + j * (ptrdiff_t)n + i + 16 * v);
  TH_EACH(v) th_write(y + i + 16 * v, lanes, sum[v], add);
}

// sum_columns: x[m][n] → y[n] = Σⱼ xⱼ. Sizes n, m.
static void th_sum_columns(const th_call *c) {
  int n = c->size[0], m = c->size[1], add = th_adds(c, 0);
  for (int r = 0; r < c->rows; r++) {
    const float *x = th_row(c, 0, r);
    float *y = th_row(c, 1, r);
    TH_OVER_SLOTS(n, th_sum_columns_block, x, y, n, m, add)
  }
}

// dot: a[n], b[n] → y[1] = Σ a b. Size n.
static void th_dot(const th_call *c) {
  for (int r = 0; r < c->rows; r++) {
    float dot = th_dot_of(th_row(c, 0, r), th_row(c, 1, r), c->size[0]);
    th_write_one(th_row(c, 2, r), dot, th_adds(c, 0));
  }
}

/// y = softmax(strength x) over n floats, the largest subtracted, so that the sum is at least 1.
TH_INLINE void th_softmax_of(const float *x, float strength, float *y, int n) {
  v16 scale = th_splat(strength), sum = th_splat(0), lowest = th_splat(-__builtin_inff());
  v16 largest = lowest;
  TH_OVER(n, i, lanes, {
    largest = th_max(largest, th_select(th_first(lanes), scale * th_load(x + i), lowest));
  })
  v16 shift = th_splat(-th_largest(largest));
  TH_OVER(n, i, lanes, {
    v16 e = th_v_exp(th_fma(scale, th_load(x + i), shift));
    sum += th_select(th_first(lanes), e, th_splat(0));
    th_store_part(y + i, lanes, e);
  })
  v16 factor = th_splat(1 / th_sum(sum));
  TH_OVER(n, i, lanes, { th_store_part(y + i, lanes, th_load(y + i) * factor); })
}

// softmax: x[m][n] → y[m][n], each of the m groups by itself. Sizes n, m.
static void th_softmax(const th_call *c) {
  int n = c->size[0], m = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    for (int j = 0; j < m; j++) {
      ptrdiff_t group = (ptrdiff_t)j * n;
      th_softmax_of(th_row(c, 0, r) + group, 1, th_row(c, 1, r) + group, n);
    }
  }
}

// softmax_gradient: y[m][n], dy[m][n] → dx[m][n]. Sizes n, m.
// ∂yᵢ/∂xⱼ = yᵢ (δᵢⱼ − yⱼ), so dxⱼ = yⱼ (dyⱼ − Σᵢ dyᵢ yᵢ).
static void th_softmax_gradient(const th_call *c) {
  int n = c->size[0], m = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    for (int j = 0; j < m; j++) {
      ptrdiff_t group = (ptrdiff_t)j * n;
      const float *y = th_row(c, 0, r) + group, *dy = th_row(c, 1, r) + group;
      float *dx = th_row(c, 2, r) + group;
      v16 mean = th_splat(th_dot_of(y, dy, n));
      TH_OVER(n, i, lanes, {
        th_write(dx + i, lanes, th_load(y + i) * (th_load(dy + i) - mean), th_adds(c, 0));
      })
    }
  }
}

// binary_cross_entropy: logits x[n], targets t[n], weight[1] → loss[1], in nats. Size n.
// −t log σ(x) − (1 − t) log σ(−x) = log(1 + eˣ) − x t = max(x, 0) − x t + log(1 + e^−|x|).
// The first two terms cancel exactly for a certain and right answer, so small losses stay exact.
static void th_binary_cross_entropy(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *logits = th_row(c, 0, r), *target = th_row(c, 1, r);
    float weight = *th_row(c, 2, r);
    v16 sum = th_splat(0), zero = th_splat(0);
    if (weight != 0) {
      TH_OVER(n, i, lanes, {
        v16 x = th_load(logits + i), positive = th_max(x, zero);
        v16 linear = th_fma(-x, th_load(target + i), positive);
        v16 loss = linear + th_v_softplus(x - positive - positive);
        sum += th_select(th_first(lanes), loss, zero);
      })
    }
    th_write_one(th_row(c, 3, r), weight * th_sum(sum), th_adds(c, 0));
  }
}

// binary_cross_entropy_gradient: logits x[n], targets t[n], weight[1], dloss[1] → dlogits[n].
// Size n. d log(1 + eˣ)/dx = σ(x), so dx = weight dloss (σ(x) − t).
static void th_binary_cross_entropy_gradient(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *logits = th_row(c, 0, r), *target = th_row(c, 1, r);
    float *dlogits = th_row(c, 4, r);
    v16 scale = th_splat(*th_row(c, 2, r) * *th_row(c, 3, r));
    TH_OVER(n, i, lanes, {
      v16 error = th_v_sigmoid(th_load(logits + i)) - th_load(target + i);
      th_write(dlogits + i, lanes, scale * error, th_adds(c, 0));
    })
  }
}

/// Σ exp(x − largest) over n floats.
TH_INLINE float th_sum_of_exponentials(const float *x, float largest, int n) {
  v16 sum = th_splat(0);
  TH_OVER(n, i, lanes, {
    v16 e = th_v_exp(th_load(x + i) - th_splat(largest));
    sum += th_select(th_first(lanes), e, th_splat(0));
  })
  return th_sum(sum);
}

// softmax_cross_entropy: logits x[m][n], targets t[m][n], weight[1] → loss[1], in nats. Sizes n, m.
// With z = x − max x, −Σ t log softmax(x) = Σᵢ tᵢ (log Σⱼ e^zⱼ − zᵢ), 0 for targets of 0.
static void th_softmax_cross_entropy(const th_call *c) {
  int n = c->size[0], m = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    float weight = *th_row(c, 2, r);
    v16 sum = th_splat(0);
    for (int j = 0; j < m && weight != 0; j++) {
      ptrdiff_t group = (ptrdiff_t)j * n;
      const float *x = th_row(c, 0, r) + group, *target = th_row(c, 1, r) + group;
      float largest = th_largest_of(x, n);
      v16 log_sum = th_v_log(th_splat(th_sum_of_exponentials(x, largest, n)));
      TH_OVER(n, i, lanes, {
        v16 t = th_load_part(target + i, lanes, th_splat(0));
        v16 z = th_load_part(x + i, lanes, th_splat(largest)) - th_splat(largest);
        sum = th_fma(t, log_sum - z, sum);
      })
    }
    th_write_one(th_row(c, 3, r), weight * th_sum(sum), th_adds(c, 0));
  }
}

// softmax_cross_entropy_gradient: logits x[m][n], targets t[m][n], weight[1], dloss[1]
// → dlogits[m][n]. Sizes n, m.
// With p = softmax(x), d(−Σᵢ tᵢ log pᵢ)/dxⱼ = −Σᵢ tᵢ (δᵢⱼ − pⱼ) = pⱼ Σᵢ tᵢ − tⱼ.
static void th_softmax_cross_entropy_gradient(const th_call *c) {
  int n = c->size[0], m = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    v16 scale = th_splat(*th_row(c, 2, r) * *th_row(c, 3, r));
    for (int j = 0; j < m; j++) {
      ptrdiff_t group = (ptrdiff_t)j * n;
      const float *x = th_row(c, 0, r) + group, *target = th_row(c, 1, r) + group;
      float *dx = th_row(c, 4, r) + group;
      v16 targets = th_splat(0);
      TH_OVER(n, i, lanes, { targets += th_load_part(target + i, lanes, th_splat(0)); })
      float largest = th_largest_of(x, n);
      v16 share = th_splat(th_sum(targets) / th_sum_of_exponentials(x, largest, n));
      TH_OVER(n, i, lanes, {
        v16 e = th_v_exp(th_load(x + i) - th_splat(largest));
        th_write(dx + i, lanes, scale * th_fma(share, e, -th_load(target + i)), th_adds(c, 0));
      })
    }
  }
}
