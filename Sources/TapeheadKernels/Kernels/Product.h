// Matrix products: linear maps that all rows share, their gradients, and products with a matrix of
// each row's own. Two tiles do the work of all of them.
#include "InnerProductTile.h"
#include "ProductTile.h"

/// y[r][n] (+)= b[n] + Σₖ x[r][k] W[k][n].
///
/// Operands x, W, b, y; sizes K, N, ldw, has bias. W and b are shared; ldw, a multiple of 16 and at
/// least N, is the distance of W's rows, and the columns from N on are zeros. A sum starts from the
/// bias (adding: from the old y plus the bias) and takes k in ascending order.
static void th_linear(const th_call *c) {
  const int n = c->size[1], add = c->accumulate & 1;
  const float *bias = c->size[3] ? c->operand[2] : NULL;
  if (add && bias) {
    for (int row = 0; row < c->rows; row++)
      for (int i = 0; i < n; i += 16)
        th_write(th_row(c, 3, row) + i, n - i, th_load(bias + i), 1);
  }
  th_product_all(&(th_product){
      .x = c->operand[0], .xRow = c->stride[0], .xTerm = 1,
      .w = c->operand[1], .wTerm = c->size[2],
      .start = add ? c->operand[3] : bias, .startRow = add ? c->stride[3] : 0,
      .y = c->operand[3], .yRow = c->stride[3],
      .rows = c->rows, .terms = c->size[0], .columns = n});
}

/// dx[r][k] (+)= Σₙ dy[r][n] W[k][n].
///
/// Operands dy, W, dx; sizes K, N, ldw; W as in linear.
static void th_linear_input_gradient(const th_call *c) {
  th_inner_product_all(&(th_inner_product){
      .a = c->operand[0], .aRow = c->stride[0],
      .w = c->operand[1], .wRow = c->size[2],
      .y = c->operand[2], .yRow = c->stride[2],
      .rows = c->rows, .results = c->size[0], .terms = c->size[1], .add = c->accumulate & 1});
}

/// Steps and rows as one sequence of samples, the last step first, rows ascending in a step.
TH_INLINE ptrdiff_t th_sample(int sample, int rows, int steps, ptrdiff_t step, ptrdiff_t row) {
  return (steps - 1 - sample / rows) * step + sample % rows * row;
}

enum {
  /// Samples, rows of dW and columns of dW in one block of the weight gradient: what is packed, 57
  /// kB, stays in the second-level cache, and most of it in the first.
  TH_BLOCK_SAMPLES = TH_TILE_TERMS,
  TH_BLOCK_ROWS = 32,
  TH_BLOCK_COLUMNS = 80,
};

/// dW[k][n] (+)= Σ over samples of x[sample][k] dy[sample][n].
///
/// Operands x, dy, dW; sizes K, N, ldw, steps, xStep, dyStep. dW is shared. The samples are all
/// steps, the last one first, and in each all rows ascending: x[t xStep + r strideX + k], likewise
/// dy.
static void th_linear_weight_gradient(const th_call *c) {
  const int inputs = c->size[0], outputs = c->size[1], ldw = c->size[2], steps = c->size[3];
  const int rows = c->rows, samples = steps * rows, add = c->accumulate & 1;
  float packedX[TH_BLOCK_SAMPLES * TH_BLOCK_ROWS];
  float packedDy[TH_BLOCK_SAMPLES * TH_BLOCK_COLUMNS];
  for (int s = 0; s < samples; s += TH_BLOCK_SAMPLES) {
    const int terms = samples - s < TH_BLOCK_SAMPLES ? samples - s : TH_BLOCK_SAMPLES;
    for (int n = 0, wide; n < outputs; n += wide) {
      wide = outputs - n < TH_BLOCK_COLUMNS ? outputs - n : TH_BLOCK_COLUMNS;
      for (int i = 0; i < terms; i++) {
        const float *dy =
            c->operand[1] + th_sample(s + i, rows, steps, c->size[5], c->stride[1]) + n;
        for (int j = 0; j < wide; j += 16)
          th_store(packedDy + i * TH_BLOCK_COLUMNS + j, th_load(dy + j));
      }
      for (int k = 0, high; k < inputs; k += high) {
        high = th_part(inputs - k, TH_BLOCK_ROWS);
        for (int i = 0; i < terms; i++) {
          const float *x =
              c->operand[0] + th_sample(s + i, rows, steps, c->size[4], c->stride[0]) + k;
          for (int j = 0; j < high; j += 16)
            th_store(packedX + i * TH_BLOCK_ROWS + j, th_load(x + j));
        }
        float *gradient = c->operand[2] + (ptrdiff_t)k * ldw + n;
        th_product_all(&(th_product){
            .x = packedX, .xRow = 1, .xTerm = TH_BLOCK_ROWS,
            .w = packedDy, .wTerm = TH_BLOCK_COLUMNS,
            .start = add || s > 0 ? gradient : NULL, .startRow = ldw,
            .y = gradient, .yRow = ldw,
            .rows = high, .terms = terms, .columns = wide});
      }
    }
  }
}

/// db[n] (+)= Σ over samples of dy[sample][n], in the order of linear_weight_gradient.
///
/// Operands dy, db; sizes N, steps, dyStep. db is shared.
static void th_row_sum(const th_call *c) {
  const int n = c->size[0], steps = c->size[1], samples = steps * c->rows;
  for (int i = 0; i < n; i += 64) {
    float *output = c->operand[1] + i;
    v16 sum[4];
    for (int v = 0; v < 4; v++)
      sum[v] = c->accumulate & 1 && i + 16 * v < n ? th_load(output + 16 * v) : th_splat(0.0f);
    for (int s = 0; s < samples; s++) {
      const float *dy =
          c->operand[0] + th_sample(s, c->rows, steps, c->size[2], c->stride[0]) + i;
      for (int v = 0; v < 4 && i + 16 * v < n; v++) sum[v] += th_load(dy + 16 * v);
    }
    for (int v = 0; v < 4 && i + 16 * v < n; v++)
      th_write(output + 16 * v, n - i - 16 * v, sum[v], 0);
  }
}

/// Y[h][i] (+)= Σⱼ A[i][j] X[h][j].
///
/// Operands A [m][n], X [h][n], Y [h][m], all packed and each row's own; sizes m, n, h.
static void th_matrix_vector(const th_call *c) {
  const int m = c->size[0], n = c->size[1], h = c->size[2];
  for (int row = 0; row < c->rows; row++)
    th_inner_product_all(&(th_inner_product){
        .a = th_row(c, 1, row), .aRow = n, .w = th_row(c, 0, row), .wRow = n,
        .y = th_row(c, 2, row), .yRow = m,
        .rows = h, .results = m, .terms = n, .add = c->accumulate & 1});
}

/// Y[h][j] (+)= Σᵢ V[h][i] A[i][j], i ascending.
///
/// Operands V [h][m], A [m][n], Y [h][n], all packed and each row's own; sizes m, n, h.
static void th_vector_matrix(const th_call *c) {
  const int m = c->size[0], n = c->size[1], h = c->size[2];
  for (int row = 0; row < c->rows; row++)
    th_product_all(&(th_product){
        .x = th_row(c, 0, row), .xRow = m, .xTerm = 1,
        .w = th_row(c, 1, row), .wTerm = n,
        .start = c->accumulate & 1 ? th_row(c, 2, row) : NULL, .startRow = n,
        .y = th_row(c, 2, row), .yRow = n, .rows = h, .terms = m, .columns = n});
}

/// A[i][j] (+)= Σₕ V[h][i] X[h][j], h ascending.
///
/// Operands V [h][m], X [h][n], A [m][n], all packed and each row's own; sizes m, n, h.
static void th_outer_product(const th_call *c) {
  const int m = c->size[0], n = c->size[1], h = c->size[2];
  for (int row = 0; row < c->rows; row++)
    th_product_all(&(th_product){
        .x = th_row(c, 0, row), .xRow = 1, .xTerm = m,
        .w = th_row(c, 1, row), .wTerm = n,
        .start = c->accumulate & 1 ? th_row(c, 2, row) : NULL, .startRow = n,
        .y = th_row(c, 2, row), .yRow = n, .rows = m, .terms = h, .columns = n});
}
