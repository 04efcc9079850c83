// Following the links forward and backward from where each head read last (DNC, "Read weighting").
//
// Both directions take one pass over the links: a tile of rows × heads holds the sums along its
// rows in registers, and adds to the sums along the columns as it goes, rows ascending.

/// What one row (sequence) of link_directions or its gradient works on; `heads` are x, f and b.
typedef struct th_directions {
  const float *links, *x, *dforward, *dbackward;
  float *forward, *backward, *dlinks, *dx;
  int n, heads, add;
} th_directions;

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

TH_INLINE void th_directions_columns(
    const th_directions *s, v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], int i, int first, int j,
    int lanes, const int rows, const int heads) {
  v16 link[TH_LINK_BLOCK], zero = th_splat(0);
  TH_UNROLLED(r, rows) {
    link[r] = th_load_part(s->links + (ptrdiff_t)(i + r) * s->n + j, lanes, zero);
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

TH_INLINE void th_directions_gradient_columns(
    const th_directions *s, v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS], int i, int first, int j,
    int lanes, const int rows, const int heads) {
  v16 link[TH_LINK_BLOCK], dlink[TH_LINK_BLOCK], zero = th_splat(0);
  const int add = s->add || first > 0;
  TH_UNROLLED(r, rows) {
    ptrdiff_t at = (ptrdiff_t)(i + r) * s->n + j;
    link[r] = th_load_part(s->links + at, lanes, zero);
    dlink[r] = add ? th_load(s->dlinks + at) : zero;
  }
  TH_UNROLLED(h, heads) {
    ptrdiff_t head = (ptrdiff_t)(first + h) * s->n;
    const float *x = s->x + head, *dforward = s->dforward + head;
    v16 across = th_load(x + j), down = th_load(s->dx + head + j);
    v16 dbackward = th_load_part(s->dbackward + head + j, lanes, zero);
    TH_UNROLLED(r, rows) {
      v16 df = th_splat(dforward[i + r]);
      dlink[r] = th_fma(df, across, dlink[r]);
      dlink[r] = th_fma(th_splat(x[i + r]), dbackward, dlink[r]);
      sum[r][h] = th_fma(link[r], dbackward, sum[r][h]);
      down = th_fma(link[r], df, down);
    }
    th_store_part(s->dx + head + j, lanes, down);
  }
  TH_UNROLLED(r, rows) {
    th_store_part(s->dlinks + (ptrdiff_t)(i + r) * s->n + j, lanes, dlink[r]);
  }
}

/// Defines a tile of `rows` × `heads` from what it does with the columns from j on; it leaves what
/// its rows sum up.
#define TH_DIRECTIONS(name, columns) \
  TH_INLINE void name( \
      const th_directions *s, float sums[TH_LINK_BLOCK][TH_LINK_HEADS], int i, int first, \
      const int rows, const int heads) { \
    v16 sum[TH_LINK_BLOCK][TH_LINK_HEADS]; \
    TH_UNROLLED(r, rows) TH_UNROLLED(h, heads) sum[r][h] = th_splat(0); \
    TH_OVER(s->n, j, lanes, { columns(s, sum, i, first, j, lanes, rows, heads); }) \
    th_tile_sums(sum, sums, rows, heads); \
  }
TH_DIRECTIONS(th_directions_tile, th_directions_columns)
TH_DIRECTIONS(th_directions_gradient_tile, th_directions_gradient_columns)
#undef TH_DIRECTIONS

/// Runs the compiled TILE for `rows` × `heads`.
#if defined(TH_WIDE_TILES)
#define TH_DIRECTION_TILES(TILE, ...) \
  TH_TILE_OF(TILE, 4, 1, __VA_ARGS__) TH_TILE_OF(TILE, 4, 2, __VA_ARGS__) \
  TH_TILE_OF(TILE, 4, 3, __VA_ARGS__) TH_TILE_OF(TILE, 4, 4, __VA_ARGS__) \
  TH_TILE_OF(TILE, 1, 1, __VA_ARGS__) TH_TILE_OF(TILE, 1, 2, __VA_ARGS__) \
  TH_TILE_OF(TILE, 1, 3, __VA_ARGS__) TH_TILE_OF(TILE, 1, 4, __VA_ARGS__)
#else
#define TH_DIRECTION_TILES(TILE, ...) \
  TH_TILE_OF(TILE, 2, 1, __VA_ARGS__) TH_TILE_OF(TILE, 2, 2, __VA_ARGS__) \
  TH_TILE_OF(TILE, 1, 1, __VA_ARGS__) TH_TILE_OF(TILE, 1, 2, __VA_ARGS__)
#endif
#define TH_TILE_OF(TILE, R, H, ...) \
  case 8 * R + H: \
    TILE(__VA_ARGS__, R, H); \
    break;

/// Runs TILE over all rows and heads; after each block of rows, `sums` are added to `target`.
#define TH_OVER_LINKS(TILE, s, target) \
  for (int first = 0, heads; first < (s).heads; first += heads) { \
    heads = th_part((s).heads - first, TH_LINK_HEADS); \
    for (int i = 0, rows; i < (s).n; i += rows) { \
      float sums[TH_LINK_BLOCK][TH_LINK_HEADS]; \
      rows = (s).n - i < TH_LINK_BLOCK ? 1 : TH_LINK_BLOCK; \
      for (int k = 0, high; k < rows; k += high) { \
        high = rows < TH_LINK_ROWS ? rows : TH_LINK_ROWS; \
        switch (8 * high + heads) { TH_DIRECTION_TILES(TILE, &(s), sums + k, i + k, first) } \
      } \
      for (int k = 0; k < rows; k++) \
        for (int h = 0; h < heads; h++) \
          (target)[(ptrdiff_t)(first + h) * (s).n + i + k] += sums[k][h]; \
    } \
  }

// link_directions: L[n][n], x[h][n] → f[h][n], b[h][n]. Sizes n, h.
// f_h(i) = Σⱼ L(i, j) x_h(j) and b_h(j) = Σᵢ L(i, j) x_h(i).
static void th_link_directions(const th_call *c) {
  int n = c->size[0], heads = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    th_directions s = {
        .links = th_row(c, 0, r), .x = th_row(c, 1, r), .forward = th_row(c, 2, r),
        .backward = th_row(c, 3, r), .n = n, .heads = heads};
    th_start(s.forward, heads * n, 0);
    th_start(s.backward, heads * n, 0);
    TH_OVER_LINKS(th_directions_tile, s, s.forward)
  }
}

// link_directions_gradient: L[n][n], x[h][n], df[h][n], db[h][n] → dL[n][n], dx[h][n]. Sizes n, h.
// dL(i, j) = Σ_h df_h(i) x_h(j) + x_h(i) db_h(j),
// dx_h(k) = Σᵢ L(i, k) df_h(i) + Σⱼ L(k, j) db_h(j).
static void th_link_directions_gradient(const th_call *c) {
  int n = c->size[0], heads = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    th_directions s = {
        .links = th_row(c, 0, r), .x = th_row(c, 1, r), .dforward = th_row(c, 2, r),
        .dbackward = th_row(c, 3, r), .dlinks = th_row(c, 4, r), .dx = th_row(c, 5, r), .n = n,
        .heads = heads, .add = th_adds(c, 0)};
    th_start(s.dx, heads * n, th_adds(c, 1));
    TH_OVER_LINKS(th_directions_gradient_tile, s, s.dx)
  }
}
#undef TH_UNROLLED
#undef TH_DIRECTION_TILES
#undef TH_TILE_OF
#undef TH_OVER_LINKS
