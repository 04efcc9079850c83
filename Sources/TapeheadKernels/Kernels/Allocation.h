// Which slots are free to be written to (DNC, "Dynamic memory allocation").
//
// Goals, in this order: the same order of the slots everywhere, ties in usage by slot order; finite
// for a usage of exactly 0 and 1, gradients too, so nothing is divided; speed. Sorting takes four
// counting passes over the bits of the usage, which is stable and does not compare.

/// Below this, the product of the usages of fuller slots counts as 0: subnormal numbers are slow.
#define TH_NOTHING_FREE 1.17549435e-38f

/// An integer that grows with x; −0 is 0, and NaN stands at the ends.
TH_INLINE uint32_t th_sort_key(float x) {
  uint32_t bits;
  x += 0.0f;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return bits ^ (bits >> 31 ? UINT32_MAX : UINT32_C(1) << 31);
}

/// Writes 0, …, n − 1 into `order` so that x ascends, equal ones in their order; n up to 2²⁴.
///
/// `spare` is overwritten.
static void th_sort_ascending(const float *x, float *order, float *spare, int n) {
  enum { PASSES = 4, DIGITS = 256 };
  int32_t start[PASSES][DIGITS] = {{0}};
  for (int i = 0; i < n; i++) {
    uint32_t key = th_sort_key(x[i]);
    order[i] = (float)i;
    for (int pass = 0; pass < PASSES; pass++) start[pass][key >> 8 * pass & 255]++;
  }
  float *from = order, *to = spare;
  for (int pass = 0; pass < PASSES; pass++) {
    int32_t next = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      int32_t count = start[pass][digit];
      start[pass][digit] = next;
      next += count;
    }
    for (int i = 0; i < n; i++) {
      uint32_t key = th_sort_key(x[(int)from[i]]);
      to[start[pass][key >> 8 * pass & 255]++] = from[i];
    }
    float *swap = from;
    from = to;
    to = swap;
  }
}

// allocation: u[n] → a[n], order[n], product[n]. Size n, up to 2²⁴.
// With φ the slots in ascending order of usage: productⱼ = Π_{i<j} u(φᵢ) and
// a(φⱼ) = (1 − u(φⱼ)) productⱼ.
static void th_allocation(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *usage = th_row(c, 0, r);
    float *allocation = th_row(c, 1, r), *order = th_row(c, 2, r), *products = th_row(c, 3, r);
    th_sort_ascending(usage, order, products, n);
    float product = 1;
    for (int j = 0; j < n; j++) {
      int slot = (int)order[j];
      products[j] = product;
      allocation[slot] = (1 - usage[slot]) * product;
      product *= usage[slot];
      if (product < TH_NOTHING_FREE && product > -TH_NOTHING_FREE) product = 0;
    }
  }
}

// allocation_gradient: u[n], order[n], product[n], da[n] → du[n]. Size n.
// With v and g the usage and da in ascending order, a later slot l finds vₖ as one factor of its
// product, so dvₖ = productₖ (Sₖ − gₖ) with Sₖ = Σ_{l>k} g_l (1 − v_l) Π_{k<i<l} vᵢ, which is made
// from the back: S_{k−1} = gₖ (1 − vₖ) + vₖ Sₖ. The order itself passes no gradient.
static void th_allocation_gradient(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *usage = th_row(c, 0, r), *order = th_row(c, 1, r), *products = th_row(c, 2, r);
    const float *dallocation = th_row(c, 3, r);
    float *dusage = th_row(c, 4, r), later = 0;
    for (int k = n - 1; k >= 0; k--) {
      int slot = (int)order[k];
      float d = dallocation[slot], u = usage[slot];
      th_write_one(dusage + slot, products[k] * (later - d), th_adds(c, 0));
      later = d * (1 - u) + u * later;
    }
  }
}
#undef TH_NOTHING_FREE
