// The product of two matrices, tile by tile.
//
// A tile holds rows × columns of sums in registers and adds one rank-one update after another, so
// every sum is made in the order of its terms, one fma each, whatever the tile's shape: the shapes
// may differ with the instruction set and the number of rows, the bits do not.

enum {
  /// Rows of the tallest tile of a matrix that is not packed for more.
  TH_TILE_ROWS = 4,
#if defined(TH_WIDE_TILES)
  /// Rows of the tallest tile, all of which read a row of the matrix together.
  TH_TALL_TILE = 8,
#else
  TH_TALL_TILE = 6,
#endif
  /// Terms, at most, that tiles of TH_TILE_ROWS rows add to all sums before the next: their part of the matrix stays in
  /// the first-level cache. Taller ones can read it from the second.
  TH_TILE_TERMS = 136,
};

#if defined(TH_WIDE_TILES)
/// How many vectors wide a product tile of 1, 2, … rows may be: 32 registers of 16 floats.
static const int th_tile_width[TH_TALL_TILE + 1] = {0, 8, 8, 6, 5, 3, 3, 3, 3};
#else
/// The same for 16 registers of 8 floats (or 32 of 4).
static const int th_tile_width[TH_TALL_TILE + 1] = {0, 4, 2, 1, 1, 1, 1};
#endif

/// y[r][n] = start[r][n] + Σₖ x[r][k] w[k][n], k ascending; x has a step between rows and one
/// between terms, so that it may be a matrix or its transpose. No start (null) is zeros.
typedef struct th_product {
  const float *x;
  ptrdiff_t xRow, xStep, xTerm;
  const float *w;
  /// 0 for a packed matrix.
  ptrdiff_t wTerm;
  /// The rows that a packed matrix was packed for.
  int packedRows;
  const float *start;
  ptrdiff_t startRow, startStep;
  float *y;
  ptrdiff_t yRow, yStep;
  /// The same of each step, one after the other; 0 counts as one.
  int rows, steps, terms, columns;
} th_product;

/// One tile of `rows` × 16 `vectors`, both known when compiling.
TH_INLINE void th_product_tile(const th_product p, const int rows, const int vectors) {
  v16 sum[TH_TALL_TILE][8];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      sum[r][v] = p.start ? th_load(p.start + r * p.startRow + 16 * v) : th_splat(0.0f);
  const float *x = p.x, *w = p.w;
  for (int k = 0; k < p.terms; k++, x += p.xTerm, w += p.wTerm) {
    v16 line[8];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) line[v] = th_load(w + 16 * v);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const v16 factor = th_splat(x[r * p.xRow]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) sum[r][v] = th_fma(factor, line[v], sum[r][v]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      th_write(p.y + r * p.yRow + 16 * v, p.columns - 16 * v, sum[r][v], 0);
}

/// Chooses the compiled tile.
static void th_product_any_tile(const th_product *p, int vectors) {
#define TH_TILE(R, V) \
  case 8 * R + V:              \
    th_product_tile(*p, R, V); \
    break;
  switch (8 * p->rows + vectors) {
    TH_TILE(1, 1) TH_TILE(1, 2) TH_TILE(1, 3) TH_TILE(1, 4)
    TH_TILE(2, 1) TH_TILE(2, 2)
    TH_TILE(3, 1)
    TH_TILE(4, 1) TH_TILE(5, 1) TH_TILE(6, 1)
#if defined(TH_WIDE_TILES)
    TH_TILE(7, 1) TH_TILE(8, 1)
    TH_TILE(1, 5) TH_TILE(1, 6) TH_TILE(1, 7) TH_TILE(1, 8)
    TH_TILE(2, 3) TH_TILE(2, 4) TH_TILE(2, 5) TH_TILE(2, 6) TH_TILE(2, 7) TH_TILE(2, 8)
    TH_TILE(3, 2) TH_TILE(3, 3) TH_TILE(3, 4) TH_TILE(3, 5) TH_TILE(3, 6)
    TH_TILE(4, 2) TH_TILE(4, 3) TH_TILE(4, 4) TH_TILE(4, 5)
    TH_TILE(5, 2) TH_TILE(5, 3) TH_TILE(6, 2) TH_TILE(6, 3)
    TH_TILE(7, 2) TH_TILE(7, 3) TH_TILE(8, 2) TH_TILE(8, 3)
#endif
  }
#undef TH_TILE
}

/// How many steps a call or a product is for.
TH_INLINE int th_steps(int steps) { return steps > 1 ? steps : 1; }

/// Whether rows so many floats apart would drive each other out of the first-level cache, for they share a few
/// of its sets.
TH_INLINE int th_crowds(ptrdiff_t row) { return row % 256 == 0; }

/// A block of `wide` vectors of `rows` rows side by side, for what is read often and stands crowded.
TH_INLINE void th_pack(float *packed, const float *from, ptrdiff_t row, int rows, int wide) {
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < wide; v++)
      th_store(packed + 16 * (i * wide + v), th_load(from + i * row + 16 * v));
}

/// Where the vectors from v on of a packed matrix of so many terms stand: panels as wide as a tile, one behind the
/// other, the terms of each side by side.
TH_INLINE ptrdiff_t th_panel(int terms, int v) { return (ptrdiff_t)terms * 16 * v; }

/// Rows, at most, of the tiles of a matrix that is packed for so many.
TH_INLINE int th_packed_tile(int rows) {
  return rows < TH_TALL_TILE ? TH_TILE_ROWS : TH_TALL_TILE;
}

/// How many vectors wide the panel is that starts at a vector of a matrix of so many, for tiles of so many rows.
TH_INLINE int th_panel_width(int vectors, int v, int rows) {
  return th_part(vectors - v, th_tile_width[rows]);
}

/// The tiles of all rows and steps of a block of `terms` terms from k on and `wide` vectors from v on, each of at most
/// `most` rows.
TH_INLINE void th_product_block(
    const th_product *whole, int k, int terms, int v, int wide, int most) {
  const int packed = whole->wTerm == 0;
  for (int s = 0; s < th_steps(whole->steps); s++) {
    for (int r = 0, high; r < whole->rows; r += high) {
      high = th_part(whole->rows - r, wide == 1 ? TH_TALL_TILE : most);
      th_product tile = *whole;
      tile.x += s * whole->xStep + r * whole->xRow + k * whole->xTerm;
      tile.wTerm = packed ? 16 * wide : whole->wTerm;
      tile.w += (packed ? th_panel(whole->terms, v) : 16 * v) + k * tile.wTerm;
      tile.y += s * whole->yStep + r * whole->yRow + 16 * v;
      if (k > 0) {
        tile.start = tile.y;
        tile.startRow = whole->yRow;
      } else if (whole->start) {
        tile.start += s * whole->startStep + r * whole->startRow + 16 * v;
      }
      tile.rows = high;
      tile.terms = terms;
      tile.columns -= 16 * v;
      th_product_any_tile(&tile, wide);
    }
  }
}

/// The whole product: blocks of terms outermost, so that the matrix is read about in order.
static void th_product_all(const th_product *whole) {
  const int vectors = (whole->columns + 15) / 16;
  const int most = whole->wTerm == 0 ? th_packed_tile(whole->packedRows)
                                     : th_part(whole->rows, TH_TILE_ROWS);
  const int blocks =
      most <= TH_TILE_ROWS && (th_steps(whole->steps) > 1 || whole->rows > TH_TILE_ROWS);
  int k = 0;
  do {
    const int left = whole->terms - k;
    const int terms = blocks ? th_part(left, TH_TILE_TERMS) : left;
    for (int v = 0, wide; v < vectors; v += wide) {
      wide = th_panel_width(vectors, v, most);
      th_product_block(whole, k, terms, v, wide, most);
    }
    k += terms;
  } while (k < whole->terms);
}
