// The temporal links: which slot was written after which (DNC, "Temporal memory linkage"), and where they lead
// from where each head read last ("Read weighting").
//
// L[i][j] is the degree to which slot i was written right after slot j. The links are n² numbers a
// sequence and step, far more than all else, so a step and its gradient pass over them once: links after a write are
// made, followed and kept in one go, and the way back makes them again from those before the write rather
// than read them. Their rows are taken in blocks of four; what a block's rows sum up is added when the block is
// done, so that the order of every sum is the same whatever tile the instruction set has registers for.

enum {
  TH_LINK_BLOCK = 4,
#if defined(TH_WIDE_TILES)
  /// Rows and heads whose sums are held in registers together, and rows of the way back, which has more of them.
  TH_LINK_ROWS = 2,
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

/// x, but 0 where a link of row i and of the columns from j on is one of a slot to itself.
TH_INLINE v16 th_off_diagonal(v16 x, int i, int j) {
  const i16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return th_select(lane != th_splat_int(i - j), x, th_splat(0));
}

/// Whether the diagonal of a block's rows, one of which is i, stands in the vector of the columns from j on: in one
/// alone, for blocks begin at a multiple of 4.
TH_INLINE int th_holds_diagonal(int i, int j) { return j == (i & ~15); }

/// What one row (sequence) of link_step or its gradient works on; `heads` are x, f and b.
typedef struct th_links {
  const float *old, *w, *precedence, *x, *dforward, *dbackward, *dnext;
  float *next, *forward, *backward, *dold, *dw, *dprecedence, *dx;
  int n, heads;
} th_links;

/// What the rows of a block sum up, of a tile's heads, and Σⱼ D (p − L).
typedef struct th_link_sums {
  float heads[TH_LINK_BLOCK][TH_LINK_HEADS], turn[TH_LINK_BLOCK];
} th_link_sums;

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

/// The numbers of `rows` rows from i on, each in all lanes.
TH_INLINE void th_splat_rows(v16 splat[TH_LINK_BLOCK], const float *x, int i, const int rows) {
  TH_UNROLLED(r, rows) splat[r] = th_splat(x[i + r]);
}

/// One tile of `rows` rows from i on × `heads` heads from `first` on, both known when compiling: with the first heads
/// it makes the links; adds to the sums along the columns; and sets those along the rows, from the k-th of a block on.
TH_INLINE void th_link_tile(
    const th_links *s, th_link_sums *sums, int k, int i, int first, const int rows,
    const int heads) {
  const ptrdiff_t n = s->n;
  const float *old = s->old + i * n, *x = s->x + first * n;
  float *next = s->next + i * n, *backward = s->backward + first * n;
  const v16 zero = th_splat(0);
  v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], from[TH_LINK_HEADS][TH_LINK_BLOCK];
  v16 w[TH_LINK_BLOCK], left[TH_LINK_BLOCK];
  th_splat_rows(w, s->w, i, rows);
  TH_UNROLLED(h, heads) th_splat_rows(from[h], x + h * n, i, rows);
  TH_UNROLLED(r, rows) {
    left[r] = th_splat(1) - w[r];
    TH_UNROLLED(h, heads) sum[r][h] = zero;
  }
  TH_OVER(s->n, j, lanes, {
    v16 link[TH_LINK_BLOCK];
    if (first > 0) {
      TH_UNROLLED(r, rows) link[r] = th_load_part(next + r * n + j, lanes, zero);
    } else {
      const v16 written = th_load_part(s->w + j, lanes, zero);
      const v16 precedence = th_load_part(s->precedence + j, lanes, zero);
      TH_UNROLLED(r, rows) {
        const ptrdiff_t at = r * n + j, ahead = at + TH_LINK_BLOCK * n;
        // While this block is made and followed, the one after it comes from where it lies.
        __builtin_prefetch(old + ahead);
        __builtin_prefetch(next + ahead, 1);
        const v16 kept = left[r] - written, was = th_load_part(old + at, lanes, zero);
        link[r] = th_fma(w[r], precedence, kept * was);
      }
      if (th_holds_diagonal(i, j))
        TH_UNROLLED(r, rows) link[r] = th_off_diagonal(link[r], i + r, j);
      TH_UNROLLED(r, rows) th_store_part(next + r * n + j, lanes, link[r]);
    }
    TH_UNROLLED(h, heads) {
      const v16 across = th_load_part(x + h * n + j, lanes, zero);
      v16 down = th_load(backward + h * n + j);
      TH_UNROLLED(r, rows) {
        sum[r][h] = th_fma(link[r], across, sum[r][h]);
        down = th_fma(link[r], from[h][r], down);
      }
      th_store_part(backward + h * n + j, lanes, down);
    }
  })
  th_tile_sums(sum, sums->heads + k, rows, heads);
}

/// The same on the way back: takes what the heads give to the links' cotangents d and adds to dx; with the last heads
/// it takes d back through the write, adds to dw and dp by column, and sets what each row turns.
TH_INLINE void th_link_gradient_tile(
    const th_links *s, th_link_sums *sums, int k, int i, int first, const int rows,
    const int heads) {
  const ptrdiff_t n = s->n;
  const float *old = s->old + i * n, *above = (first > 0 ? s->dold : s->dnext) + i * n;
  const float *x = s->x + first * n, *dbackward = s->dbackward + first * n;
  float *dold = s->dold + i * n, *dx = s->dx + first * n;
  const int last = first + heads == s->heads;
  const v16 zero = th_splat(0);
  v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], turn[TH_LINK_BLOCK];
  v16 from[TH_LINK_HEADS][TH_LINK_BLOCK], dforward[TH_LINK_HEADS][TH_LINK_BLOCK];
  v16 w[TH_LINK_BLOCK], left[TH_LINK_BLOCK];
  th_splat_rows(w, s->w, i, rows);
  TH_UNROLLED(h, heads) {
    th_splat_rows(from[h], x + h * n, i, rows);
    th_splat_rows(dforward[h], s->dforward + (first + h) * n, i, rows);
  }
  TH_UNROLLED(r, rows) {
    left[r] = th_splat(1) - w[r];
    turn[r] = zero;
    TH_UNROLLED(h, heads) sum[r][h] = zero;
  }
  TH_OVER(s->n, j, lanes, {
    v16 was[TH_LINK_BLOCK], link[TH_LINK_BLOCK], d[TH_LINK_BLOCK], kept[TH_LINK_BLOCK];
    const v16 written = th_load_part(s->w + j, lanes, zero);
    const v16 precedence = th_load_part(s->precedence + j, lanes, zero);
    const int diagonal = th_holds_diagonal(i, j);
    TH_UNROLLED(r, rows) {
      const ptrdiff_t at = r * n + j, ahead = at + TH_LINK_BLOCK * n;
      // The nearest caches hold no later block, and a processor doesn't foresee several rows at a time.
      __builtin_prefetch(old + ahead);
      __builtin_prefetch(above + ahead);
      kept[r] = left[r] - written;
      was[r] = th_load_part(old + at, lanes, zero);
      link[r] = th_fma(w[r], precedence, kept[r] * was[r]);
      d[r] = th_load_part(above + at, lanes, zero);
    }
    if (diagonal) TH_UNROLLED(r, rows) link[r] = th_off_diagonal(link[r], i + r, j);
    TH_UNROLLED(h, heads) {
      const v16 across = th_load_part(x + h * n + j, lanes, zero);
      const v16 back = th_load_part(dbackward + h * n + j, lanes, zero);
      v16 down = th_load(dx + h * n + j);
      TH_UNROLLED(r, rows) {
        d[r] = th_fma(dforward[h][r], across, d[r]);
        d[r] = th_fma(from[h][r], back, d[r]);
        sum[r][h] = th_fma(link[r], back, sum[r][h]);
        down = th_fma(link[r], dforward[h][r], down);
      }
      th_store_part(dx + h * n + j, lanes, down);
    }
    if (last) {
      v16 dw = th_load(s->dw + j), dprecedence = th_load(s->dprecedence + j);
      if (diagonal) TH_UNROLLED(r, rows) d[r] = th_off_diagonal(d[r], i + r, j);
      TH_UNROLLED(r, rows) {
        turn[r] = th_fma(d[r], precedence - was[r], turn[r]);
        dw = th_fma(-d[r], was[r], dw);
        dprecedence = th_fma(w[r], d[r], dprecedence);
        d[r] = kept[r] * d[r];
      }
      th_store_part(s->dw + j, lanes, dw);
      th_store_part(s->dprecedence + j, lanes, dprecedence);
    }
    TH_UNROLLED(r, rows) th_store_part(dold + r * n + j, lanes, d[r]);
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

/// Runs TILE over all rows, and over all heads of a block of them before the next; then what the block's rows sum up
/// is added to `target` by head and, with the last heads, to `turned` unless it is null.
#define TH_OVER_LINKS(TILE, ROWS, s, target, turned) \
  for (int i = 0, rows; i < (s).n; i += rows) { \
    rows = (s).n - i < TH_LINK_BLOCK ? 1 : TH_LINK_BLOCK; \
    for (int first = 0, heads; first < (s).heads; first += heads) { \
      th_link_sums sums; \
      heads = th_part((s).heads - first, TH_LINK_HEADS); \
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
    TH_OVER_LINKS(th_link_tile, TH_LINK_ROWS, s, s.forward, (float *)0)
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
    TH_OVER_LINKS(th_link_gradient_tile, TH_LINK_BACK_ROWS, s, s.dx, s.dw)
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
      th_store_part(next + i, lanes, th_fma(kept, th_load(old + i), th_load(w + i)));
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
