// How much of each slot is in use, and how much of it the free gates leave (DNC, "Dynamic memory
// allocation").

/// Π over the heads k ≠ `skip` of 1 − g_k w_k(i), for the 16 slots from i on.
TH_INLINE v16 th_retained(const float *w, const float *gate, int n, int heads, int skip, int i) {
  v16 one = th_splat(1), product = one;
  for (int h = 0; h < heads; h++) {
    if (h == skip) continue;
    product *= th_fma(th_splat(-gate[h]), th_load(w + (ptrdiff_t)h * n + i), one);
  }
  return product;
}

// retention: w[h][n], g[h] → ψ[n]. Sizes n, h.
// ψ(i) = Π_h (1 − g_h w_h(i)).
static void th_retention(const th_call *c) {
  int n = c->size[0], heads = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    const float *w = th_row(c, 0, r), *gate = th_row(c, 1, r);
    float *retained = th_row(c, 2, r);
    TH_OVER(n, i, lanes, {
      th_store_part(retained + i, lanes, th_retained(w, gate, n, heads, -1, i));
    })
  }
}

// retention_gradient: w[h][n], g[h], dψ[n] → dw[h][n], dg[h]. Sizes n, h.
// With R_h = Π_{k≠h} (1 − g_k w_k): dw_h = −g_h R_h dψ, dg_h = −Σᵢ w_h R_h dψ. The product of the
// others is made anew for every head, so nothing is divided by a factor that may be 0.
static void th_retention_gradient(const th_call *c) {
  int n = c->size[0], heads = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    const float *w = th_row(c, 0, r), *gate = th_row(c, 1, r), *dretained = th_row(c, 2, r);
    for (int h = 0; h < heads; h++) {
      ptrdiff_t slots = (ptrdiff_t)h * n;
      float *dw = th_row(c, 3, r) + slots;
      v16 sum = th_splat(0), zero = sum, factor = th_splat(-gate[h]);
      TH_OVER(n, i, lanes, {
        v16 others = th_retained(w, gate, n, heads, h, i);
        v16 d = th_select(th_first(lanes), others * th_load(dretained + i), zero);
        sum = th_fma(-d, th_load_part(w + slots + i, lanes, zero), sum);
        th_write(dw + i, lanes, factor * d, th_adds(c, 0));
      })
      th_write_one(th_row(c, 4, r) + h, th_sum(sum), th_adds(c, 1));
    }
  }
}

// usage: u[n], w[n], ψ[n] → u′[n] = (u + w − u ∘ w) ∘ ψ. Size n. u′ may be u.
static void th_usage(const th_call *c) {
  int n = c->size[0];
  v16 one = th_splat(1);
  for (int r = 0; r < c->rows; r++) {
    const float *usage = th_row(c, 0, r), *w = th_row(c, 1, r), *retained = th_row(c, 2, r);
    float *next = th_row(c, 3, r);
    TH_OVER(n, i, lanes, {
      v16 u = th_load(usage + i);
      v16 used = th_fma(one - u, th_load(w + i), u);
      th_store_part(next + i, lanes, used * th_load(retained + i));
    })
  }
}

// usage_gradient: u[n], w[n], ψ[n], du′[n] → du[n], dw[n], dψ[n]. Size n. du may be du′.
// du = (1 − w) ψ du′, dw = (1 − u) ψ du′, dψ = (u + w − u w) du′.
static void th_usage_gradient(const th_call *c) {
  int n = c->size[0];
  v16 one = th_splat(1);
  for (int r = 0; r < c->rows; r++) {
    const float *usage = th_row(c, 0, r), *weighting = th_row(c, 1, r);
    const float *retained = th_row(c, 2, r), *dnext = th_row(c, 3, r);
    float *dusage = th_row(c, 4, r), *dweighting = th_row(c, 5, r), *dretained = th_row(c, 6, r);
    TH_OVER(n, i, lanes, {
      v16 u = th_load(usage + i), w = th_load(weighting + i), d = th_load(dnext + i);
      v16 kept = d * th_load(retained + i);
      th_write(dusage + i, lanes, (one - w) * kept, th_adds(c, 0));
      th_write(dweighting + i, lanes, (one - u) * kept, th_adds(c, 1));
      th_write(dretained + i, lanes, th_fma(one - u, w, u) * d, th_adds(c, 2));
    })
  }
}
