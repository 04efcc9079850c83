// A product whose terms are samples, the rows of all steps, where they stand: nothing is packed.

enum {
  /// Samples that are added to all sums of a block of columns before the next: 37 kB of dy.
  TH_BLOCK_SAMPLES = 192,
  TH_BLOCK_COLUMNS = 48,
  /// Columns that fill at most half a vector.
  TH_NARROW = 8,
};

/// y[k][n] = (add ? y[k][n] : 0) + Σ x[sample][k] dy[sample][n]; steps descending, rows ascending.
typedef struct th_sample_product {
  /// The first row of the last step.
  const float *x, *dy;
  ptrdiff_t xStep, xRow, dyStep, dyRow;
  int steps, rows;
  float *y;
  ptrdiff_t yRow;
  int inputs, columns, add;
} th_sample_product;

/// One tile of `high` inputs × 16 `vectors`, both known when compiling.
TH_INLINE void th_sample_tile(const th_sample_product p, const int high, const int vectors) {
  v16 sum[TH_TALL_TILE][8];
#pragma clang loop unroll(full)
  for (int k = 0; k < high; k++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      sum[k][v] = p.add ? th_load(p.y + k * p.yRow + 16 * v) : th_splat(0.0f);
  for (int step = 0; step < p.steps; step++) {
    const float *x = p.x - step * p.xStep, *dy = p.dy - step * p.dyStep;
    for (int row = 0; row < p.rows; row++, x += p.xRow, dy += p.dyRow) {
      v16 line[8];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) line[v] = th_load(dy + 16 * v);
#pragma clang loop unroll(full)
      for (int k = 0; k < high; k++) {
        const v16 factor = th_splat(x[k]);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) sum[k][v] = th_fma(factor, line[v], sum[k][v]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int k = 0; k < high; k++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      th_write(p.y + k * p.yRow + 16 * v, p.columns - 16 * v, sum[k][v], 0);
}

/// Chooses the compiled tile.
static void th_sample_any_tile(const th_sample_product *p, int high, int vectors) {
#define TH_TILE(K, V) \
  case 8 * K + V:              \
    th_sample_tile(*p, K, V); \
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

/// Asks early for the sums of the tile that comes next: they stand in the second- or third-level cache, and a tile of
/// so many samples is too long for the processor to look beyond it.
TH_INLINE void th_ask_for_sums(const float *y, ptrdiff_t row, int high, int vectors) {
  for (int k = 0; k < high; k++)
    for (int v = 0; v < vectors; v++) __builtin_prefetch(y + k * row + 16 * v, 1);
}

/// All inputs and columns, so that a block of dy is read from the cache for each tile of inputs.
static void th_sample_product_all(const th_sample_product *whole) {
  const int vectors = (whole->columns + 15) / 16, width = th_tile_width[TH_TALL_TILE];
  for (int k = 0, high; k < whole->inputs; k += high) {
    high = th_part(whole->inputs - k, TH_TALL_TILE);
    for (int v = 0, wide; v < vectors; v += wide) {
      wide = th_part(vectors - v, width);
      th_sample_product tile = *whole;
      tile.x += k;
      tile.dy += 16 * v;
      tile.y += k * whole->yRow + 16 * v;
      tile.columns -= 16 * v;
      if (k + high < whole->inputs)
        th_ask_for_sums(tile.y + high * whole->yRow, whole->yRow, high, wide);
      th_sample_any_tile(&tile, high, wide);
    }
  }
}
