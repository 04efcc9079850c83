// Mixtures of weightings, and a memory whose slots are scaled.

// blend: modes[h][k], x[k][h][n] → y[h][n]. Sizes n, h, k.
// y_h = Σₖ modes(h, k) xₖ(h), k ascending.
static void th_blend(const th_call *c) {
  int n = c->size[0], heads = c->size[1], count = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    for (int h = 0; h < heads; h++) {
      const float *mode = th_row(c, 0, r) + (ptrdiff_t)h * count;
      const float *x = th_row(c, 1, r) + (ptrdiff_t)h * n;
      float *y = th_row(c, 2, r) + (ptrdiff_t)h * n;
      TH_OVER(n, i, lanes, {
        v16 sum = th_splat(mode[0]) * th_load(x + i);
        for (int k = 1; k < count; k++) {
          sum = th_fma(th_splat(mode[k]), th_load(x + (ptrdiff_t)k * heads * n + i), sum);
        }
        th_store_part(y + i, lanes, sum);
      })
    }
  }
}

// blend_gradient: modes[h][k], x[k][h][n], dy[h][n] → dmodes[h][k], dx[k][h][n]. Sizes n, h, k.
// dmodes(h, k) = Σᵢ xₖ(h, i) dy(h, i), dxₖ(h) = modes(h, k) dy(h).
static void th_blend_gradient(const th_call *c) {
  int n = c->size[0], heads = c->size[1], count = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    for (int h = 0; h < heads; h++) {
      const float *dy = th_row(c, 2, r) + (ptrdiff_t)h * n;
      for (int k = 0; k < count; k++) {
        ptrdiff_t mode = (ptrdiff_t)h * count + k, slots = ((ptrdiff_t)k * heads + h) * n;
        const float *x = th_row(c, 1, r) + slots;
        float *dx = th_row(c, 4, r) + slots;
        v16 factor = th_splat(th_row(c, 0, r)[mode]);
        th_write_one(th_row(c, 3, r) + mode, th_dot_of(x, dy, n), th_adds(c, 0));
        TH_OVER(n, i, lanes, { th_write(dx + i, lanes, factor * th_load(dy + i), th_adds(c, 1)); })
      }
    }
  }
}

// scale_slots: M[m][n], s[n] → M′[m][n], M′(j, i) = M(j, i) s(i). Sizes m, n. M′ may be M.
static void th_scale_slots(const th_call *c) {
  int m = c->size[0], n = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    const float *scale = th_row(c, 1, r);
    for (int j = 0; j < m; j++) {
      const float *memory = th_row(c, 0, r) + (ptrdiff_t)j * n;
      float *scaled = th_row(c, 2, r) + (ptrdiff_t)j * n;
      TH_OVER(n, i, lanes, {
        th_store_part(scaled + i, lanes, th_load(memory + i) * th_load(scale + i));
      })
    }
  }
}

TH_INLINE void th_scale_slots_gradient_block(
    const float *memory, const float *scale, const float *dscaled, float *dmemory, float *dscale,
    int m, int n, int add_memory, int add_scale, int i, int vectors, int lanes) {
  v16 sum[TH_MANY];
  TH_EACH(v) sum[v] = th_splat(0);
  for (int j = 0; j < m; j++) {
    ptrdiff_t row = j * (ptrdiff_t)n + i;
    TH_EACH(v) {
      v16 d = th_load(dscaled + row + 16 * v);
      sum[v] = th_fma(d, th_load(memory + row + 16 * v), sum[v]);
      th_write(dmemory + row + 16 * v, lanes, d * th_load(scale + i + 16 * v), add_memory);
    }
  }
  TH_EACH(v) th_write(dscale + i + 16 * v, lanes, sum[v], add_scale);
}

// scale_slots_gradient: M[m][n], s[n], dM′[m][n] → dM[m][n], ds[n]. Sizes m, n. dM may be dM′.
// dM(j, i) = s(i) dM′(j, i), ds(i) = Σⱼ M(j, i) dM′(j, i).
static void th_scale_slots_gradient(const th_call *c) {
  int m = c->size[0], n = c->size[1], add_memory = th_adds(c, 0), add_scale = th_adds(c, 1);
  for (int r = 0; r < c->rows; r++) {
    const float *memory = th_row(c, 0, r), *scale = th_row(c, 1, r), *dscaled = th_row(c, 2, r);
    float *dmemory = th_row(c, 3, r), *dscale = th_row(c, 4, r);
    TH_OVER_SLOTS(
        n, th_scale_slots_gradient_block, memory, scale, dscaled, dmemory, dscale, m, n,
        add_memory, add_scale)
  }
}
