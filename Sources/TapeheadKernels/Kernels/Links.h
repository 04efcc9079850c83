// The temporal links: which slot was written after which (DNC, "Temporal memory linkage").
//
// L[i][j] is the degree to which slot i was written right after slot j. The links are n² numbers a
// sequence and step, so each kernel passes over them once. Their rows are taken in blocks of four;
// what a block's rows sum up is added when the block is done, so that the order of every sum is
// the same whatever tile the instruction set has registers for.

/// A link nearer to 0 than this is 0: links fade by factors, and subnormal numbers are slow.
#define TH_NO_LINK 1e-30f

enum {
  TH_LINK_BLOCK = 4,
#if defined(TH_WIDE_TILES)
  /// Rows and heads whose sums are held in registers together.
  TH_LINK_ROWS = 4,
  TH_LINK_HEADS = 4,
#else
  TH_LINK_ROWS = 2,
  TH_LINK_HEADS = 2,
#endif
};

/// Runs the statement for k from 0 to count − 1, unrolled; count is known when compiling.
#define TH_UNROLLED(k, count) \
  _Pragma("clang loop unroll(full)") for (int k = 0; k < (count); k++)

TH_INLINE v16 th_link(v16 x) {
  return th_select(th_magnitude(x) < th_splat(TH_NO_LINK), th_splat(0), x);
}

/// Lane l is l.
TH_INLINE i16 th_lane_numbers(void) {
  return (i16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

// link_update: L[n][n], w[n], p[n] → L′[n][n]. Size n. L′ may be L.
// L′(i, j) = (1 − w(i) − w(j)) L(i, j) + w(i) p(j), and 0 where i = j.
static void th_link_update(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *w = th_row(c, 1, r), *precedence = th_row(c, 2, r);
    for (int i = 0; i < n; i++) {
      const float *old = th_row(c, 0, r) + (ptrdiff_t)i * n;
      float *links = th_row(c, 3, r) + (ptrdiff_t)i * n;
      v16 written = th_splat(w[i]), rest = th_splat(1 - w[i]);
      TH_OVER(n, j, lanes, {
        v16 kept = (rest - th_load(w + j)) * th_load(old + j);
        v16 link = th_fma(written, th_load(precedence + j), kept);
        th_store_part(links + j, lanes, th_link(link));
      })
      links[i] = 0;
    }
  }
}

/// The operands of one row of the gradient of link_update, and how it writes dL.
typedef struct th_linking {
  const float *links, *w, *precedence, *dnext;
  float *dlinks, *dw, *dprecedence;
  int n, add;
} th_linking;

/// Takes the columns from j on of `rows` rows from i on: writes dL, adds to dw and dp by column,
/// and to the lanes of Σⱼ D (p − L) of each row. `diagonal`: whether i = j is among them.
TH_INLINE void th_link_update_gradient_columns(
    const th_linking *s, v16 sum[TH_LINK_ROWS], const v16 written[TH_LINK_ROWS],
    const v16 rest[TH_LINK_ROWS], int i, int j, int lanes, const int rows, const int diagonal) {
  v16 w = th_load(s->w + j), precedence = th_load(s->precedence + j), zero = th_splat(0);
  v16 dw = th_load(s->dw + j), dprecedence = th_load(s->dprecedence + j);
  TH_UNROLLED(r, rows) {
    ptrdiff_t at = (ptrdiff_t)(i + r) * s->n + j;
    v16 link = th_load_part(s->links + at, lanes, zero);
    v16 d = th_load_part(s->dnext + at, lanes, zero);
    if (diagonal) d = th_select(th_lane_numbers() != th_splat_int(i + r - j), d, zero);
    v16 rise = lanes < 16 ? th_select(th_first(lanes), precedence, zero) : precedence;
    sum[r] = th_fma(d, rise - link, sum[r]);
    dw = th_fma(-d, link, dw);
    dprecedence = th_fma(written[r], d, dprecedence);
    th_write(s->dlinks + at, lanes, th_link((rest[r] - w) * d), s->add);
  }
  th_store_part(s->dw + j, lanes, dw);
  th_store_part(s->dprecedence + j, lanes, dprecedence);
}

/// Takes `rows` rows from i on, and leaves what each sums up.
///
/// Their diagonal stands in one vector, for rows are taken in blocks that begin at a multiple of 4.
TH_INLINE void th_link_update_gradient_rows(
    const th_linking s, float *sums, int i, const int rows) {
  v16 sum[TH_LINK_ROWS], written[TH_LINK_ROWS], rest[TH_LINK_ROWS];
  TH_UNROLLED(r, rows) {
    sum[r] = th_splat(0);
    written[r] = th_splat(s.w[i + r]);
    rest[r] = th_splat(1 - s.w[i + r]);
  }
  TH_OVER(s.n, j, lanes, {
    if (j == (i & ~15)) {
      th_link_update_gradient_columns(&s, sum, written, rest, i, j, lanes, rows, 1);
    } else {
      th_link_update_gradient_columns(&s, sum, written, rest, i, j, lanes, rows, 0);
    }
  })
  TH_UNROLLED(r, rows) sums[r] = th_sum(sum[r]);
}

/// Sets an output to 0 unless it is added to.
TH_INLINE void th_start(float *output, int n, int add) {
  if (add) return;
  TH_OVER(n, i, lanes, { th_store_part(output + i, lanes, th_splat(0)); })
}

// link_update_gradient: L[n][n], w[n], p[n], dL′[n][n] → dL[n][n], dw[n], dp[n]. Size n. dL may be
// dL′.
// With D = dL′, but 0 where i = j: dL(i, j) = (1 − w(i) − w(j)) D(i, j),
//   dw(k) = Σⱼ D(k, j) (p(j) − L(k, j)) − Σᵢ D(i, k) L(i, k),  dp(j) = Σᵢ w(i) D(i, j).
static void th_link_update_gradient(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    th_linking s = {
        .links = th_row(c, 0, r), .w = th_row(c, 1, r), .precedence = th_row(c, 2, r),
        .dnext = th_row(c, 3, r), .dlinks = th_row(c, 4, r), .dw = th_row(c, 5, r),
        .dprecedence = th_row(c, 6, r), .n = n, .add = th_adds(c, 0)};
    th_start(s.dw, n, th_adds(c, 1));
    th_start(s.dprecedence, n, th_adds(c, 2));
    for (int i = 0, rows; i < n; i += rows) {
      float sums[TH_LINK_BLOCK];
      rows = n - i < TH_LINK_BLOCK ? 1 : TH_LINK_BLOCK;
      if (rows == 1) {
        th_link_update_gradient_rows(s, sums, i, 1);
      } else {
        for (int k = 0; k < TH_LINK_BLOCK; k += TH_LINK_ROWS) {
          th_link_update_gradient_rows(s, sums + k, i + k, TH_LINK_ROWS);
        }
      }
      for (int k = 0; k < rows; k++) s.dw[i + k] += sums[k];
    }
  }
}

// precedence: p[n], w[n] → p′[n] = (1 − Σ w) p + w. Size n. p′ may be p.
static void th_precedence(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *old = th_row(c, 0, r), *w = th_row(c, 1, r);
    float *next = th_row(c, 2, r);
    v16 sum = th_splat(0);
    TH_OVER(n, i, lanes, { sum += th_load_part(w + i, lanes, th_splat(0)); })
    v16 kept = th_splat(1 - th_sum(sum));
    TH_OVER(n, i, lanes, {
      th_store_part(next + i, lanes, th_link(th_fma(kept, th_load(old + i), th_load(w + i))));
    })
  }
}

// precedence_gradient: p[n], w[n], dp′[n] → dp[n], dw[n]. Size n. dp may be dp′.
// dp = (1 − Σ w) dp′, dw = dp′ − Σ dp′ p.
static void th_precedence_gradient(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *old = th_row(c, 0, r), *w = th_row(c, 1, r), *dnext = th_row(c, 2, r);
    float *dold = th_row(c, 3, r), *dw = th_row(c, 4, r);
    v16 sum = th_splat(0), pull = th_splat(th_dot_of(dnext, old, n));
    TH_OVER(n, i, lanes, { sum += th_load_part(w + i, lanes, th_splat(0)); })
    v16 kept = th_splat(1 - th_sum(sum));
    TH_OVER(n, i, lanes, {
      v16 d = th_load(dnext + i);
      th_write(dw + i, lanes, d - pull, th_adds(c, 1));
      th_write(dold + i, lanes, kept * d, th_adds(c, 0));
    })
  }
}
