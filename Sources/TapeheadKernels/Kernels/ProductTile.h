// The product of two matrices, tile by tile.
//
// A tile holds rows × columns of sums in registers and adds one rank-one update after another, so
// every sum is made in the order of its terms, one fma each, whatever the tile's shape: the shapes
// may differ with the instruction set and the number of rows, the bits do not.

enum {
  /// Rows of the tallest tile of a matrix that is not packed for more.
  TH_TILE_ROWS = 4,
#if defined(TH_WIDE_TILES)
  /// Rows of the tallest tile, all of which read a row of the matrix together, and how many vectors wide it is.
  TH_TALL_TILE = 8,
  TH_TALL_WIDTH = 3,
#else
  TH_TALL_TILE = 6,
  TH_TALL_WIDTH = 1,
#endif
  /// Terms, at most, that tiles of TH_TILE_ROWS rows add to all sums before the next: their part of the matrix stays in
  /// the first-level cache. Taller ones can read it from the second.
  TH_TILE_TERMS = 136,
  /// So many terms before a tile needs a row of the matrix it asks for it, from the second-level cache or beyond.
  TH_TERMS_AHEAD = 8,
};

#if defined(TH_WIDE_TILES)
/// How many vectors wide a product tile of 1, 2, … rows may be: 32 registers of 16 floats.
static const int th_tile_width[TH_TALL_TILE + 1] = {0, 8, 8, 6, 5, 3, 3, 3, TH_TALL_WIDTH};
#else
/// The same for 16 registers of 8 floats (or 32 of 4).
static const int th_tile_width[TH_TALL_TILE + 1] = {0, 4, 2, 1, 1, 1, TH_TALL_WIDTH};
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

/// How many steps a call or a product is for.
TH_INLINE int th_steps(int steps) { return steps > 1 ? steps : 1; }

/// Where the vectors from v on of a packed matrix of so many terms stand: panels as wide as a tile, one behind the
/// other, the terms of each side by side.
TH_INLINE ptrdiff_t th_panel(int terms, int v) { return (ptrdiff_t)terms * 16 * v; }

/// One tile of `rows` × 16 `vectors`, both known when compiling: `count` terms from k on for a step's rows from r on and
/// the vectors from v on.
///
/// A tile is told where it stands, and reads the rest where the product has it. A copy of the product, changed, would be
/// read right after it is written, and has to wait until all that was written before is in the cache, the last tile's
/// results among it.
TH_INLINE void th_product_tile(
    const th_product *p, int step, int r, int k, int count, int v, const int rows,
    const int vectors) {
  const ptrdiff_t xRow = p->xRow, xTerm = p->xTerm, yRow = p->yRow;
  const ptrdiff_t wTerm = p->wTerm ? p->wTerm : 16 * vectors;
  const ptrdiff_t startRow = k > 0 ? yRow : p->startRow;
  const float *x = p->x + step * p->xStep + r * xRow + k * xTerm;
  const float *w = p->w + (p->wTerm ? 16 * v : th_panel(p->terms, v)) + k * wTerm;
  float *y = p->y + step * p->yStep + r * yRow + 16 * v;
  const float *start = k > 0 ? y
      : p->start ? p->start + step * p->startStep + r * startRow + 16 * v : NULL;
  const int columns = p->columns - 16 * v;
  v16 sum[TH_TALL_TILE][8];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      sum[i][j] = start ? th_load(start + i * startRow + 16 * j) : th_splat(0.0f);
  for (int term = 0; term < count; term++, x += xTerm, w += wTerm) {
    v16 line[8];
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++) {
      line[j] = th_load(w + 16 * j);
      // One row alone is in time without.
      if (rows > 1) __builtin_prefetch(w + TH_TERMS_AHEAD * wTerm + 16 * j);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < rows; i++) {
      const v16 factor = th_splat(x[i * xRow]);
#pragma clang loop unroll(full)
      for (int j = 0; j < vectors; j++) sum[i][j] = th_fma(factor, line[j], sum[i][j]);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++)
#pragma clang loop unroll(full)
    for (int j = 0; j < vectors; j++)
      th_write(y + i * yRow + 16 * j, columns - 16 * j, sum[i][j], 0);
}

/// Chooses the compiled tile.
static void th_product_any_tile(
    const th_product *p, int step, int r, int k, int count, int v, int rows, int vectors) {
#define TH_TILE(R, V) \
  case 8 * R + V: \
    th_product_tile(p, step, r, k, count, v, R, V); \
    break;
  switch (8 * rows + vectors) {
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

/// Whether rows so many floats apart would drive each other out of the first-level cache, for they share a few
/// of its sets.
TH_INLINE int th_crowds(ptrdiff_t row) { return row % 256 == 0; }

/// A block of `wide` vectors of `rows` rows side by side, for what is read often and stands crowded.
TH_INLINE void th_pack(float *packed, const float *from, ptrdiff_t row, int rows, int wide) {
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < wide; v++)
      th_store(packed + 16 * (i * wide + v), th_load(from + i * row + 16 * v));
}

/// Rows, at most, of the tiles of a matrix that is packed for so many.
TH_INLINE int th_packed_tile(int rows) {
  return rows < TH_TALL_TILE ? TH_TILE_ROWS : TH_TALL_TILE;
}

/// How many vectors wide the panel is that starts at a vector of a matrix of so many, for tiles of so many rows.
TH_INLINE int th_panel_width(int vectors, int v, int rows) {
  return th_part(vectors - v, th_tile_width[rows]);
}

/// The tiles of all rows and steps of a block of `count` terms from k on and `wide` vectors from v on, each of at most
/// `most` rows.
TH_INLINE void th_product_block(
    const th_product *whole, int k, int count, int v, int wide, int most) {
  for (int step = 0; step < th_steps(whole->steps); step++)
    for (int r = 0, high; r < whole->rows; r += high) {
      high = th_part(whole->rows - r, wide == 1 ? TH_TALL_TILE : most);
      th_product_any_tile(whole, step, r, k, count, v, high, wide);
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
