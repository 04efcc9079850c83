// Inner products of rows with rows, y[r][k] (+)= Σₙ a[r][n] w[k][n]: no matrix is transposed in
// memory.
//
// Every result has 16 partial sums, lane l for n = l, l + 16, …, added in that order; the last
// lanes are zeros beyond the length; then th_sum's tree. 16 results are reduced together, which
// takes three instructions each. The tile's shape changes nothing in a result.

typedef struct th_inner_product {
  const float *a;
  ptrdiff_t aRow;
  const float *w;
  ptrdiff_t wRow;
  float *y;
  ptrdiff_t yRow;
  /// Rows of a, rows of w, and what is summed over.
  int rows, results, terms;
  int add;
} th_inner_product;

// For halves 8 (4, 2, 1) lanes apart: lane i of KEEP is x[i] or y[i], and of SWAP the lane that
// th_sum adds to it, x where i has no bit 8 (4, 2, 1) and y where it has.
#define TH_KEEP_8 0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30, 31
#define TH_SWAP_8 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23
#define TH_KEEP_4 0, 1, 2, 3, 20, 21, 22, 23, 8, 9, 10, 11, 28, 29, 30, 31
#define TH_SWAP_4 4, 5, 6, 7, 16, 17, 18, 19, 12, 13, 14, 15, 24, 25, 26, 27
#define TH_KEEP_2 0, 1, 18, 19, 4, 5, 22, 23, 8, 9, 26, 27, 12, 13, 30, 31
#define TH_SWAP_2 2, 3, 16, 17, 6, 7, 20, 21, 10, 11, 24, 25, 14, 15, 28, 29
#define TH_KEEP_1 0, 17, 2, 19, 4, 21, 6, 23, 8, 25, 10, 27, 12, 29, 14, 31
#define TH_SWAP_1 1, 16, 3, 18, 5, 20, 7, 22, 9, 24, 11, 26, 13, 28, 15, 30
/// The sums of x's halves and of y's halves, side by side.
#define TH_FOLD(x, y, d) \
  (__builtin_shufflevector(x, y, TH_KEEP_##d) + __builtin_shufflevector(x, y, TH_SWAP_##d))

/// Lane i of the result is th_sum(x[i]), the same tree for all 16 at once.
TH_INLINE v16 th_sum_of_each(const v16 x[16]) {
  v16 eights[8], fours[4], twos[2];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i++) eights[i] = TH_FOLD(x[i], x[i + 8], 8);
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) fours[i] = TH_FOLD(eights[i], eights[i + 4], 4);
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) twos[i] = TH_FOLD(fours[i], fours[i + 2], 2);
  return TH_FOLD(twos[0], twos[1], 1);
}
#undef TH_FOLD

typedef float v4_loose __attribute__((ext_vector_type(4), aligned(4), may_alias));

/// x where the mask is set, else 0, whatever x is.
TH_INLINE v16 th_keep(i16 mask, v16 x) { return (v16)((i16)x & mask); }

/// The partial sums of `rows` × `results`, both known when compiling, into sums[r * sumsRow + k].
///
/// Results from `limit` on are computed from the last row of w again, so that nothing behind w is
/// read.
TH_INLINE void th_partial_sums(
    const th_inner_product p, int limit, v16 *sums, int sumsRow, const int rows,
    const int results) {
  v16 sum[4][16];
  const float *line[16];
#pragma clang loop unroll(full)
  for (int k = 0; k < results; k++) line[k] = p.w + (k < limit ? k : limit - 1) * p.wRow;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int k = 0; k < results; k++) sum[r][k] = th_splat(0.0f);
  const int whole = p.terms & ~15, rest = p.terms & 15;
  for (int n = 0; n < whole; n += 16) {
    v16 a[4];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) a[r] = th_load(p.a + r * p.aRow + n);
#pragma clang loop unroll(full)
    for (int k = 0; k < results; k++) {
      const v16 w = th_load(line[k] + n);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[r][k] = th_fma(a[r], w, sum[r][k]);
    }
  }
  if (rest) {
    const i16 mask = th_first(rest);
    v16 a[4];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) a[r] = th_keep(mask, th_load(p.a + r * p.aRow + whole));
#pragma clang loop unroll(full)
    for (int k = 0; k < results; k++) {
      const v16 w = th_keep(mask, th_load(line[k] + whole));
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[r][k] = th_fma(a[r], w, sum[r][k]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (int k = 0; k < results; k++) sums[r * sumsRow + k] = sum[r][k];
}

/// One tile of `rows` × `results` = at most 16, both known when compiling, in parts that fit into
/// the registers; a single row takes 8 rows of w at a time: more are too many streams to prefetch.
TH_INLINE void th_inner_product_tile(
    const th_inner_product p, int limit, const int rows, const int results) {
  v16 sums[16];
#if defined(TH_WIDE_TILES)
  const int partRows = rows, partResults = rows > 1 || results < 8 ? results : 8;
#else
  const int partRows = rows > 1 ? 2 : 1, partResults = rows > 1 ? 2 : 4;
#endif
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r += partRows)
#pragma clang loop unroll(full)
    for (int k = 0; k < results; k += partResults) {
      th_inner_product part = p;
      part.a += r * p.aRow;
      part.w += (k < limit ? k : limit - 1) * p.wRow;
      const int left = limit - k > 0 ? limit - k : 1;
      if (rows - r >= partRows) {
        th_partial_sums(part, left, sums + r * results + k, results, partRows, partResults);
      } else {
        th_partial_sums(part, left, sums + r * results + k, results, 1, partResults);
      }
    }
#pragma clang loop unroll(full)
  for (int i = rows * results; i < 16; i++) sums[i] = th_splat(0.0f);
  float totals[16];
  th_store(totals, th_sum_of_each(sums));
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    float *y = p.y + r * p.yRow;
    const float *total = totals + r * results;
    if (limit >= results) {
#pragma clang loop unroll(full)
      for (int k = 0; k < results; k += 4) {
        v4_loose *four = (v4_loose *)(y + k);
        const v4_loose sum = *(const v4_loose *)(total + k);
        *four = p.add ? *four + sum : sum;
      }
    } else {
      for (int k = 0; k < limit; k++) y[k] = p.add ? y[k] + total[k] : total[k];
    }
  }
}

/// All inner products, rows of w outermost, so that w is read once and in order.
static void th_inner_product_all(const th_inner_product *whole) {
  for (int k = 0, wide; k < whole->results; k += wide) {
    const int left = whole->results - k;
    const int most = th_part(whole->rows, 4);
    wide = most == 1 && left > 4 ? 16 : most == 2 && left > 4 ? 8 : 4;
    if (wide > left) wide = left;
    for (int r = 0, high; r < whole->rows; r += high) {
      high = th_part(whole->rows - r, 4);
      th_inner_product tile = *whole;
      tile.a += r * whole->aRow;
      tile.w += k * whole->wRow;
      tile.y += r * whole->yRow + k;
      switch (high) {
      case 1:
        if (wide > 4) th_inner_product_tile(tile, wide, 1, 16);
        else th_inner_product_tile(tile, wide, 1, 4);
        break;
      case 2:
        if (wide > 4) th_inner_product_tile(tile, wide, 2, 8);
        else th_inner_product_tile(tile, wide, 2, 4);
        break;
      case 3:
        th_inner_product_tile(tile, wide, 3, 4);
        break;
      default:
        th_inner_product_tile(tile, wide, 4, 4);
      }
    }
  }
}
