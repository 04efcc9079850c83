// A product whose terms are samples, the rows of all steps, where they stand; only dy may have been packed.

enum {
  /// Samples that are added to all sums of a block of columns before the next: 31 kB of dy.
  TH_BLOCK_SAMPLES = 160,
  TH_BLOCK_COLUMNS = 48,
  /// Columns that fill at most half a vector.
  TH_NARROW = 8,
  /// Numbers from which on the sums are too many for the second-level cache.
  TH_MANY_SUMS = 1 << 18,
};

/// y[k][n] = (add ? y[k][n] : 0) + Σ x[sample][k] dy[sample][n]; steps descending, rows ascending.
typedef struct th_sample_product {
  /// The first row of the last step.
  const float *x, *dy;
  ptrdiff_t xStep, xRow, dyStep, dyRow;
  /// What dy is to be for the next columns, where it will be packed; null where there are none.
  const float *later;
  ptrdiff_t laterStep, laterRow;
  int steps, rows;
  float *y;
  ptrdiff_t yRow;
  int inputs, columns, add;
} th_sample_product;

/// One tile of `high` inputs from k on × 16 `vectors` from v on, both known when compiling.
///
/// A tile takes longer than the processor looks ahead. One that `asks` has the sums of the next tile fetched while it
/// works, a row a step, and what is to be packed for the next columns: as many rows of each step as there are tiles.
TH_INLINE void th_sample_tile(
    const th_sample_product *p, int k, int v, const int high, const int vectors, const int asks) {
  const ptrdiff_t xRow = p->xRow, dyRow = p->dyRow, yRow = p->yRow;
  const float *lastX = p->x + k, *lastDy = p->dy + 16 * v;
  float *y = p->y + k * yRow + 16 * v;
  const int steps = p->steps, rows = p->rows, columns = p->columns - 16 * v;
  const float *sums = y + (k + high < p->inputs ? high * yRow : 0), *later = sums;
  const int tile = k / high;
  if (asks && p->later) later = p->later + (tile < rows ? tile : 0) * p->laterRow + 16 * v;
  v16 sum[TH_TALL_TILE][8];
#pragma clang loop unroll(full)
  for (int i = 0; i < high; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      sum[i][j] = p->add ? th_load(y + i * yRow + 16 * j) : th_splat(0.0f);
  for (int step = 0; step < steps; step++) {
    const float *x = lastX - step * p->xStep, *dy = lastDy - step * p->dyStep;
    if (asks) {
      for (int j = 0; j < vectors; j++) {
        __builtin_prefetch(sums + 16 * j, 1);
        __builtin_prefetch(later + 16 * j, 0, 2);
      }
      sums += step < high ? yRow : 0;
      later -= p->laterStep;
    }
    for (int row = 0; row < rows; row++, x += xRow, dy += dyRow) {
      v16 line[8];
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) line[j] = th_load(dy + 16 * j);
#pragma clang loop unroll(full)
      for (int i = 0; i < high; i++) {
        const v16 factor = th_splat(x[i]);
#pragma clang loop unroll(full)
        for (int j = 0; j < vectors; j++) sum[i][j] = th_fma(factor, line[j], sum[i][j]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < high; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      th_write(y + i * yRow + 16 * j, columns - 16 * j, sum[i][j], 0);
}

/// Chooses the compiled tile; the largest is the one that can ask for what comes next.
static void th_sample_any_tile(const th_sample_product *p, int k, int v, int high, int vectors) {
  if (high == TH_TALL_TILE && vectors == TH_TALL_WIDTH && p->inputs * p->yRow >= TH_MANY_SUMS) {
    th_sample_tile(p, k, v, TH_TALL_TILE, TH_TALL_WIDTH, 1);
    return;
  }
#define TH_TILE(K, V) \
  case 8 * K + V: \
    th_sample_tile(p, k, v, K, V, 0); \
    break;
  switch (8 * high + vectors) {
    TH_TILE(1, 1) TH_TILE(2, 1) TH_TILE(3, 1) TH_TILE(4, 1) TH_TILE(5, 1) TH_TILE(6, 1)
#if defined(TH_WIDE_TILES)
    TH_TILE(7, 1) TH_TILE(8, 1)
    TH_TILE(1, 2) TH_TILE(1, 3) TH_TILE(2, 2) TH_TILE(2, 3)
    TH_TILE(3, 2) TH_TILE(3, 3) TH_TILE(4, 2) TH_TILE(4, 3)
    TH_TILE(5, 2) TH_TILE(5, 3) TH_TILE(6, 2) TH_TILE(6, 3)
    TH_TILE(7, 2) TH_TILE(7, 3) TH_TILE(8, 2) TH_TILE(8, 3)
#endif
  }
#undef TH_TILE
}

/// All inputs and columns, so that a block of dy is read from the cache for each tile of inputs.
static void th_sample_product_all(const th_sample_product *whole) {
  const int vectors = (whole->columns + 15) / 16;
  for (int k = 0, high; k < whole->inputs; k += high) {
    high = th_part(whole->inputs - k, TH_TALL_TILE);
    for (int v = 0, wide; v < vectors; v += wide) {
      wide = th_panel_width(vectors, v, TH_TALL_TILE);
      th_sample_any_tile(whole, k, v, high, wide);
    }
  }
}
