// The temporal links: which slot was written after which (DNC, "Temporal memory linkage"), and where they lead
// from where each head read last ("Read weighting").
//
// L[i][j] is the degree to which slot i was written right after slot j. The links are n² numbers a
// sequence and step, far more than all else, so a step and its gradient pass over them once: links after a write are
// made, followed and kept in one go, and the way back makes them again from those before the write rather
// than read them. Their rows are taken in blocks of four; what a block's rows sum up is added when the block is
// done, so that the order of every sum is the same whatever tile the instruction set has registers for.

/// A link, or a cotangent of one, nearer to 0 than this is 0: they fade by factors, and subnormal numbers are slow.
#define TH_NO_LINK 1e-30f

enum {
  TH_LINK_BLOCK = 4,
#if defined(TH_WIDE_TILES)
  /// Rows and heads whose sums are held in registers together, and rows of the way back, which has more of them.
  TH_LINK_ROWS = 4,
  TH_LINK_BACK_ROWS = 2,
  TH_LINK_HEADS = 4,
#else
  TH_LINK_ROWS = 2,
  TH_LINK_BACK_ROWS = 1,
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

/// What one row (sequence) of link_step or its gradient works on; `heads` are x, f and b.
typedef struct th_links {
  const float *old, *w, *precedence, *x, *dforward, *dbackward, *dnext;
  float *next, *forward, *backward, *dold, *dw, *dprecedence, *dx;
  int n, heads;
} th_links;

/// Links of row i after a write, of the columns from j on; 0 beyond `lanes` if the old ones are and, where `diagonal`
/// says that it may be among them, where i = j.
TH_INLINE v16 th_written_link(
    const th_links *s, v16 old, int i, int j, int lanes, const int diagonal) {
  const v16 zero = th_splat(0), w = th_load_part(s->w + j, lanes, zero);
  const v16 precedence = th_load_part(s->precedence + j, lanes, zero);
  const v16 kept = (th_splat(1 - s->w[i]) - w) * old;
  const v16 link = th_link(th_fma(th_splat(s->w[i]), precedence, kept));
  return diagonal ? th_select(th_lane_numbers() != th_splat_int(i - j), link, zero) : link;
}

/// sums[r][h] = the sum of the lanes of sum[r][h].
TH_INLINE void th_tile_sums(
    v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], float sums[TH_LINK_BLOCK][TH_LINK_HEADS],
    const int rows, const int heads) {
  v16 flat[16];
  float totals[16];
  TH_UNROLLED(k, 16) flat[k] = k < rows * heads ? sum[k / heads][k % heads] : th_splat(0);
  th_store(totals, th_sum_of_each(flat));
  TH_UNROLLED(k, rows * heads) sums[k / heads][k % heads] = totals[k];
}

/// Makes the links of `rows` rows from i on.
TH_INLINE void th_write_links(const th_links *s, int i, int rows) {
  for (int end = i + rows; i < end; i++) {
    const ptrdiff_t row = (ptrdiff_t)i * s->n;
    TH_OVER(s->n, j, lanes, {
      const v16 old = th_load(s->old + row + j);
      th_store_part(s->next + row + j, lanes, th_written_link(s, old, i, j, lanes, 0));
    })
    s->next[row + i] = 0;
  }
}

/// Takes the columns from j on of `rows` rows from i on, for `heads` heads from `first` on: adds to the sums along the
/// columns, and to the lanes of those along the rows.
TH_INLINE void th_link_columns(
    const th_links *s, v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], int i, int first, int j, int lanes,
    const int rows, const int heads) {
  v16 link[TH_LINK_BLOCK], zero = th_splat(0);
  TH_UNROLLED(r, rows) {
    const ptrdiff_t at = (ptrdiff_t)(i + r) * s->n + j;
    // While this block is followed, the one to be written next comes from where it lies.
    __builtin_prefetch(s->old + at + TH_LINK_BLOCK * (ptrdiff_t)s->n);
    __builtin_prefetch(s->next + at + TH_LINK_BLOCK * (ptrdiff_t)s->n, 1);
    link[r] = th_load_part(s->next + at, lanes, zero);
  }
  TH_UNROLLED(h, heads) {
    const float *x = s->x + (ptrdiff_t)(first + h) * s->n;
    float *backward = s->backward + (ptrdiff_t)(first + h) * s->n + j;
    v16 across = th_load_part(x + j, lanes, zero), down = th_load(backward);
    TH_UNROLLED(r, rows) {
      sum[r][h] = th_fma(link[r], across, sum[r][h]);
      down = th_fma(link[r], th_splat(x[i + r]), down);
    }
    th_store_part(backward, lanes, down);
  }
}

/// The same on the way back: takes what the heads give to the links' cotangents d and adds to dx; with the last heads
/// it takes d back through the write, and adds to dw and dp by column, and to the lanes of `turn`, Σⱼ d (p − L) of
/// each row.
TH_INLINE void th_link_gradient_columns(
    const th_links *s, v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], v16 turn[TH_LINK_BLOCK], int i,
    int first, int j, int lanes, const int rows, const int heads, const int diagonal) {
  const float *above = first > 0 ? s->dold : s->dnext;
  v16 old[TH_LINK_BLOCK], link[TH_LINK_BLOCK], d[TH_LINK_BLOCK], zero = th_splat(0);
  TH_UNROLLED(r, rows) {
    const ptrdiff_t at = (ptrdiff_t)(i + r) * s->n + j;
    // The nearest caches hold no later block, and a processor doesn't foresee several rows at a time.
    __builtin_prefetch(s->old + at + TH_LINK_BLOCK * (ptrdiff_t)s->n);
    __builtin_prefetch(above + at + TH_LINK_BLOCK * (ptrdiff_t)s->n);
    old[r] = th_load_part(s->old + at, lanes, zero);
    link[r] = th_written_link(s, old[r], i + r, j, lanes, diagonal);
    d[r] = th_load_part(above + at, lanes, zero);
  }
  TH_UNROLLED(h, heads) {
    const ptrdiff_t head = (ptrdiff_t)(first + h) * s->n;
    const float *x = s->x + head, *dforward = s->dforward + head;
    v16 across = th_load_part(x + j, lanes, zero), down = th_load(s->dx + head + j);
    v16 dbackward = th_load_part(s->dbackward + head + j, lanes, zero);
    TH_UNROLLED(r, rows) {
      v16 df = th_splat(dforward[i + r]);
      d[r] = th_fma(df, across, d[r]);
      d[r] = th_fma(th_splat(x[i + r]), dbackward, d[r]);
      sum[r][h] = th_fma(link[r], dbackward, sum[r][h]);
      down = th_fma(link[r], df, down);
    }
    th_store_part(s->dx + head + j, lanes, down);
  }
  const int last = first + heads == s->heads;
  const v16 w = th_load(s->w + j), precedence = th_load_part(s->precedence + j, lanes, zero);
  v16 dw = th_load(s->dw + j), dprecedence = th_load(s->dprecedence + j);
  TH_UNROLLED(r, rows) {
    if (last) {
      if (diagonal) d[r] = th_select(th_lane_numbers() != th_splat_int(i + r - j), d[r], zero);
      turn[r] = th_fma(d[r], precedence - old[r], turn[r]);
      dw = th_fma(-d[r], old[r], dw);
      dprecedence = th_fma(th_splat(s->w[i + r]), d[r], dprecedence);
      d[r] = th_link((th_splat(1 - s->w[i + r]) - w) * d[r]);
    }
    th_store_part(s->dold + (ptrdiff_t)(i + r) * s->n + j, lanes, d[r]);
  }
  if (last) {
    th_store_part(s->dw + j, lanes, dw);
    th_store_part(s->dprecedence + j, lanes, dprecedence);
  }
}

/// What a tile of rows × heads leaves: sums along its rows.
typedef struct th_link_sums {
  float heads[TH_LINK_BLOCK][TH_LINK_HEADS], turn[TH_LINK_BLOCK];
} th_link_sums;

/// One tile of `rows` × `heads`, both known when compiling.
TH_INLINE void th_link_tile(
    const th_links *s, th_link_sums *sums, int k, int i, int first, const int rows,
    const int heads) {
  v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS];
  TH_UNROLLED(r, rows) TH_UNROLLED(h, heads) sum[r][h] = th_splat(0);
  TH_OVER(s->n, j, lanes, { th_link_columns(s, sum, i, first, j, lanes, rows, heads); })
  th_tile_sums(sum, sums->heads + k, rows, heads);
}

TH_INLINE void th_link_gradient_tile(
    const th_links *s, th_link_sums *sums, int k, int i, int first, const int rows,
    const int heads) {
  v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], turn[TH_LINK_BLOCK];
  TH_UNROLLED(r, rows) {
    turn[r] = th_splat(0);
    TH_UNROLLED(h, heads) sum[r][h] = th_splat(0);
  }
  // The diagonal of its block stands in one vector, for blocks begin at a multiple of 4.
  TH_OVER(s->n, j, lanes, {
    if (j == (i & ~15)) {
      th_link_gradient_columns(s, sum, turn, i, first, j, lanes, rows, heads, 1);
    } else {
      th_link_gradient_columns(s, sum, turn, i, first, j, lanes, rows, heads, 0);
    }
  })
  th_tile_sums(sum, sums->heads + k, rows, heads);
  TH_UNROLLED(r, rows) sums->turn[k + r] = th_sum(turn[r]);
}

/// Runs the compiled TILE for as many heads, and for as many rows as fit or for one.
#define TH_LINK_TILE(TILE, ROWS, H, ...) \
  case H: \
    if (high == 1) { TILE(__VA_ARGS__, 1, H); } else { TILE(__VA_ARGS__, ROWS, H); } \
    break;
#if defined(TH_WIDE_TILES)
#define TH_LINK_TILES(TILE, ROWS, ...) \
  TH_LINK_TILE(TILE, ROWS, 1, __VA_ARGS__) TH_LINK_TILE(TILE, ROWS, 2, __VA_ARGS__) \
  TH_LINK_TILE(TILE, ROWS, 3, __VA_ARGS__) TH_LINK_TILE(TILE, ROWS, 4, __VA_ARGS__)
#else
#define TH_LINK_TILES(TILE, ROWS, ...) \
  TH_LINK_TILE(TILE, ROWS, 1, __VA_ARGS__) TH_LINK_TILE(TILE, ROWS, 2, __VA_ARGS__)
#endif

/// Runs TILE over all rows and heads; before the first heads, makes the links of a block if `writes`; after each block,
/// what its rows sum up is added to `target` by head and, with the last heads, to `turned` unless it is null.
#define TH_OVER_LINKS(TILE, ROWS, s, writes, target, turned) \
  for (int first = 0, heads; first < (s).heads; first += heads) { \
    heads = th_part((s).heads - first, TH_LINK_HEADS); \
    for (int i = 0, rows; i < (s).n; i += rows) { \
      th_link_sums sums; \
      rows = (s).n - i < TH_LINK_BLOCK ? 1 : TH_LINK_BLOCK; \
      if ((writes) && first == 0) th_write_links(&(s), i, rows); \
      for (int k = 0, high; k < rows; k += high) { \
        high = rows < ROWS ? rows : ROWS; \
        switch (heads) { TH_LINK_TILES(TILE, ROWS, &(s), &sums, k, i + k, first) } \
      } \
      for (int k = 0; k < rows; k++) { \
        for (int h = 0; h < heads; h++) \
          (target)[(ptrdiff_t)(first + h) * (s).n + i + k] += sums.heads[k][h]; \
        if ((turned) && first + heads == (s).heads) (turned)[i + k] += sums.turn[k]; \
      } \
    } \
  }

/// Sets an output to 0 unless it is added to.
TH_INLINE void th_start(float *output, int n, int add) {
  if (add) return;
  TH_OVER(n, i, lanes, { th_store_part(output + i, lanes, th_splat(0)); })
}

// link_step: L[n][n], w[n], p[n], x[h][n] → L′[n][n], f[h][n], b[h][n]. Sizes n, h. L′ may be L.
// L′(i, j) = (1 − w(i) − w(j)) L(i, j) + w(i) p(j), and 0 where i = j;
// f_h(i) = Σⱼ L′(i, j) x_h(j) and b_h(j) = Σᵢ L′(i, j) x_h(i).
static void th_link_step(const th_call *c) {
  const int n = c->size[0], heads = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    th_links s = {
        .old = th_row(c, 0, r), .w = th_row(c, 1, r), .precedence = th_row(c, 2, r),
        .x = th_row(c, 3, r), .next = th_row(c, 4, r), .forward = th_row(c, 5, r),
        .backward = th_row(c, 6, r), .n = n, .heads = heads};
    th_start(s.forward, heads * n, 0);
    th_start(s.backward, heads * n, 0);
    TH_OVER_LINKS(th_link_tile, TH_LINK_ROWS, s, 1, s.forward, (float *)0)
  }
}

// link_step_gradient: L[n][n], w[n], p[n], x[h][n], df[h][n], db[h][n], dL′[n][n] → dL[n][n], dw[n],
// dp[n], dx[h][n]. Sizes n, h. dL may be dL′; it cannot be added to.
// With D(i, j) = dL′(i, j) + Σ_h df_h(i) x_h(j) + x_h(i) db_h(j), but 0 where i = j:
//   dx_h(k) = Σᵢ L′(i, k) df_h(i) + Σⱼ L′(k, j) db_h(j),
//   dL(i, j) = (1 − w(i) − w(j)) D(i, j),
//   dw(k) = Σⱼ D(k, j) (p(j) − L(k, j)) − Σᵢ D(i, k) L(i, k),  dp(j) = Σᵢ w(i) D(i, j).
static void th_link_step_gradient(const th_call *c) {
  const int n = c->size[0], heads = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    th_links s = {
        .old = th_row(c, 0, r), .w = th_row(c, 1, r), .precedence = th_row(c, 2, r),
        .x = th_row(c, 3, r), .dforward = th_row(c, 4, r), .dbackward = th_row(c, 5, r),
        .dnext = th_row(c, 6, r), .dold = th_row(c, 7, r), .dw = th_row(c, 8, r),
        .dprecedence = th_row(c, 9, r), .dx = th_row(c, 10, r), .n = n, .heads = heads};
    th_start(s.dw, n, th_adds(c, 1));
    th_start(s.dprecedence, n, th_adds(c, 2));
    th_start(s.dx, heads * n, th_adds(c, 3));
    TH_OVER_LINKS(th_link_gradient_tile, TH_LINK_BACK_ROWS, s, 0, s.dx, s.dw)
  }
}
#undef TH_OVER_LINKS
#undef TH_LINK_TILES
#undef TH_LINK_TILE
#undef TH_UNROLLED

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
