// Matrix products: linear maps that all rows share, their gradients, and products with a matrix of
// each row's own. Two tiles do the work of all of them.
#include "InnerProductTile.h"
#include "ProductTile.h"

enum {
  /// Rows that are multiplied by one block of a matrix after the other before the next rows are.
  TH_BLOCK_ROWS = 64,
};

/// The rows of one step or, of rows that stand alone, the steps: whichever a product takes as its rows.
typedef struct th_sides {
  int rows, steps;
  /// By operand: floats to the next row, and to the next step.
  ptrdiff_t row[4], step[4];
} th_sides;

TH_INLINE th_sides th_sides_of(const th_call *c, int operands) {
  th_sides s = {.rows = c->rows, .steps = th_steps(c->steps)};
  const int turned = s.rows == 1 && s.steps > 1;
  for (int i = 0; i < operands; i++) {
    const ptrdiff_t row = c->stride[i], step = s.steps > 1 ? c->step[i] : 0;
    s.row[i] = turned ? step : row;
    s.step[i] = turned ? row : step;
  }
  if (turned) {
    s.rows = s.steps;
    s.steps = 1;
  }
  return s;
}

/// y[r][n] (+)= s[r][n] + Σₖ x[r][k] W[k][n], of one step or several.
///
/// Operands x, W, s, y; sizes K, N, ldw, has start, rows. W is shared, and s too where it is a bias; ldw, a
/// multiple of 16 and at least N, is the distance of W's rows, and the columns from N on are zeros; it is 0
/// where W is packed, for so many rows.
/// A sum starts from s (adding: from the old y plus s) and takes k in ascending order.
static void th_linear(const th_call *c) {
  const int n = c->size[1], add = c->accumulate & 1, starts = c->size[3];
  const th_sides s = th_sides_of(c, 4);
  if (add && starts) {
    for (int step = 0; step < s.steps; step++)
      for (int row = 0; row < s.rows; row++) {
        const float *start = c->operand[2] + step * s.step[2] + row * s.row[2];
        float *y = c->operand[3] + step * s.step[3] + row * s.row[3];
        for (int i = 0; i < n; i += 16) th_write(y + i, n - i, th_load(start + i), 1);
      }
  }
  const int from = add ? 3 : 2;
  // Rows or steps in blocks whose sums stay in the second-level cache.
  const int most = s.steps > 1 ? (s.rows < TH_BLOCK_ROWS ? TH_BLOCK_ROWS / s.rows : 1) : 1;
  const int whole = s.steps > 1 ? s.steps : s.rows, part = s.steps > 1 ? most : TH_BLOCK_ROWS;
  for (int i = 0, count; i < whole; i += count) {
    count = th_part(whole - i, part);
    const ptrdiff_t *next = s.steps > 1 ? s.step : s.row;
    th_product_all(&(th_product){
        .x = c->operand[0] + i * next[0], .xRow = s.row[0], .xStep = s.step[0], .xTerm = 1,
        .w = c->operand[1], .wTerm = c->size[2], .packedRows = c->size[2] ? 0 : c->size[4],
        .start = add || starts ? c->operand[from] + i * next[from] : NULL,
        .startRow = s.row[from], .startStep = s.step[from],
        .y = c->operand[3] + i * next[3], .yRow = s.row[3], .yStep = s.step[3],
        .rows = s.steps > 1 ? s.rows : count, .steps = s.steps > 1 ? count : 1,
        .terms = c->size[0], .columns = n});
  }
}

/// dx[r][k] (+)= Σₙ dy[r][n] W[k][n], of one step or several.
///
/// Operands dy, W, dx; sizes K, N, ldw; W as in linear.
static void th_linear_input_gradient(const th_call *c) {
  const th_sides s = th_sides_of(c, 3);
  for (int step = 0; step < s.steps; step++)
    th_inner_product_all(&(th_inner_product){
        .a = c->operand[0] + step * s.step[0], .aRow = s.row[0],
        .w = c->operand[1], .wRow = c->size[2],
        .y = c->operand[2] + step * s.step[2], .yRow = s.row[2],
        .rows = s.rows, .results = c->size[0], .terms = c->size[1], .add = c->accumulate & 1});
}

#include "SampleTile.h"

/// linear_weight_gradient, with vectors of outputs.
static void th_wide_weight_gradient(const th_call *c) {
  static _Thread_local _Alignas(64) float block[TH_BLOCK_SAMPLES * TH_BLOCK_COLUMNS];
  const int inputs = c->size[0], outputs = c->size[1], ldw = c->size[2], steps = c->size[3];
  const int most = c->rows < TH_BLOCK_SAMPLES ? TH_BLOCK_SAMPLES / c->rows : 1;
  const int packs = th_crowds(c->stride[1]) && c->rows <= TH_BLOCK_SAMPLES && inputs >= 64;
  for (int end = steps, high; end > 0; end -= high) {
    high = th_part(end, most);
    for (int n = 0, wide; n < outputs; n += wide) {
      wide = outputs - n < TH_BLOCK_COLUMNS ? outputs - n : TH_BLOCK_COLUMNS;
      const ptrdiff_t last = end - 1;
      th_sample_product product = {
          .x = c->operand[0] + last * c->size[4], .xStep = c->size[4], .xRow = c->stride[0],
          .dy = c->operand[1] + last * c->size[5] + n, .dyStep = c->size[5],
          .dyRow = c->stride[1], .steps = high, .rows = c->rows, .y = c->operand[2] + n,
          .yRow = ldw, .inputs = inputs, .columns = wide,
          .add = (c->accumulate & 1) || end < steps};
      if (c->rows == 1) {
        // Steps of a row alone are rows of one step.
        product.rows = high;
        product.xRow = -product.xStep;
        product.dyRow = -product.dyStep;
        product.steps = 1;
      }
      if (packs) {
        const int vectors = (wide + 15) / 16, step = c->rows * 16 * vectors;
        for (int i = 0; i < high; i++)
          th_pack(
              block + i * step, product.dy - i * product.dyStep, product.dyRow, c->rows, vectors);
        if (n + wide < outputs) {
          product.later = product.dy + wide;
          product.laterStep = product.dyStep;
          product.laterRow = product.dyRow;
        }
        product.dy = block;
        product.dyStep = -step;
        product.dyRow = 16 * vectors;
      }
      th_sample_product_all(&product);
    }
  }
}

/// linear_weight_gradient with vectors of inputs, for at most half a vector of outputs: x and dy change places.
static void th_narrow_weight_gradient(const th_call *c) {
  float turned[TH_NARROW * TH_BLOCK_COLUMNS];
  const int inputs = c->size[0], outputs = c->size[1], ldw = c->size[2], row = TH_BLOCK_COLUMNS;
  for (int k = 0, wide; k < inputs; k += wide) {
    wide = inputs - k < row ? inputs - k : row;
    float *target = c->operand[2] + (ptrdiff_t)k * ldw;
    if (c->accumulate & 1)
      for (int i = 0; i < wide; i++)
        for (int n = 0; n < outputs; n++) turned[n * row + i] = target[i * ldw + n];
    th_wide_weight_gradient(&(th_call){
        .operand = (float *[]){c->operand[1], c->operand[0] + k, turned},
        .stride = (int32_t[]){c->stride[1], c->stride[0], 0},
        .size = (int32_t[]){outputs, wide, row, c->size[3], c->size[5], c->size[4]},
        .rows = c->rows, .accumulate = c->accumulate});
    for (int i = 0; i < wide; i++)
      for (int n = 0; n < outputs; n++) target[i * ldw + n] = turned[n * row + i];
  }
}

/// dW[k][n] (+)= Σ over samples of x[sample][k] dy[sample][n].
///
/// Operands x, dy, dW; sizes K, N, ldw, steps, xStep, dyStep. dW is shared. The samples are all
/// steps, the last one first, and in each all rows ascending: x[t xStep + r strideX + k], likewise
/// dy.
static void th_linear_weight_gradient(const th_call *c) {
  if (c->size[1] <= TH_NARROW && c->size[0] > 16) {
    th_narrow_weight_gradient(c);
  } else {
    th_wide_weight_gradient(c);
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
          c->operand[0] + (steps - 1 - s / c->rows) * (ptrdiff_t)c->size[2]
          + s % c->rows * (ptrdiff_t)c->stride[0] + i;
      for (int v = 0; v < 4 && i + 16 * v < n; v++) sum[v] += th_load(dy + 16 * v);
    }
    for (int v = 0; v < 4 && i + 16 * v < n; v++)
      th_write(output + 16 * v, n - i - 16 * v, sum[v], 0);
  }
}

/// Lane i of a block's row j to lane j of row i: four rounds that swap halves 8, 4, 2, 1 lanes apart.
TH_INLINE void th_transpose_block(v16 x[16]) {
#define TH_ROUND(d) \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < 16; i++) { \
    if (i & d) continue; \
    const v16 a = x[i], b = x[i + d]; \
    x[i] = __builtin_shufflevector(a, b, TH_UPPER_##d); \
    x[i + d] = __builtin_shufflevector(a, b, TH_LOWER_##d); \
  }
#define TH_UPPER_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define TH_LOWER_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
#define TH_UPPER_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define TH_LOWER_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define TH_UPPER_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define TH_LOWER_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define TH_UPPER_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define TH_LOWER_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
  TH_ROUND(8) TH_ROUND(4) TH_ROUND(2) TH_ROUND(1)
#undef TH_ROUND
}

/// A matrix as linear takes it packed for so many rows: the panels that its tiles work on, one behind the other.
///
/// Operands W, P; sizes K, N, ldw, rows; P has K rows of N, rounded up to whole vectors.
static void th_pack_matrix(const th_call *c) {
  const int terms = c->size[0], vectors = (c->size[1] + 15) / 16;
  const int tile = th_packed_tile(c->size[3]);
  for (int v = 0, wide; v < vectors; v += wide) {
    wide = th_panel_width(vectors, v, tile);
    th_pack(c->operand[1] + th_panel(terms, v), c->operand[0] + 16 * v, c->size[2], terms, wide);
  }
}

/// A matrix's transpose T[n][k] = W[k][n], packed.
///
/// Operands W, P; sizes K, N, ldw, rows; P has N rows of K, rounded up to whole vectors.
static void th_pack_transpose(const th_call *c) {
  const int rows = c->size[0], columns = c->size[1], ldw = c->size[2], vectors = (rows + 15) / 16;
  const int tile = th_packed_tile(c->size[3]);
  for (int v = 0, wide; v < vectors; v += wide) {
    wide = th_panel_width(vectors, v, tile);
    for (int n = 0; n < columns; n += 16)
      for (int u = v; u < v + wide; u++) {
        v16 block[16];
        for (int i = 0; i < 16; i++)
          block[i] = 16 * u + i < rows
              ? th_load(c->operand[0] + (ptrdiff_t)(16 * u + i) * ldw + n) : th_splat(0.0f);
        th_transpose_block(block);
        float *target = c->operand[1] + th_panel(columns, v) + 16 * (n * wide + u - v);
        for (int i = 0; i < 16 && n + i < columns; i++)
          th_store(target + 16 * i * wide, block[i]);
      }
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

/// dX[h][j] (+)= Σᵢ dY[h][i] A[i][j] and dA[i][j] (+)= Σₕ dY[h][i] X[h][j], one vector: one pass over A.
TH_INLINE void th_matrix_vector_gradient_block(
    const float *a, const float *x, const float *dy, float *da, float *dx, int m, int n, int addA,
    int addX, int i, int vectors, int lanes) {
  v16 factor[TH_MANY], sum[TH_MANY];
  TH_EACH(v) {
    factor[v] = th_load(x + i + 16 * v);
    sum[v] = addX ? th_load(dx + i + 16 * v) : th_splat(0.0f);
  }
  for (int j = 0; j < m; j++) {
    const ptrdiff_t row = j * (ptrdiff_t)n + i;
    const v16 d = th_splat(dy[j]);
    TH_EACH(v) {
      sum[v] = th_fma(d, th_load(a + row + 16 * v), sum[v]);
      float *target = da + row + 16 * v;
      v16 share = addA ? th_fma(d, factor[v], th_load(target)) : d * factor[v];
      th_write(target, lanes, share, 0);
    }
  }
  TH_EACH(v) th_write(dx + i + 16 * v, lanes, sum[v], 0);
}

/// The gradient of matrix_vector: dA[i][j] (+)= Σₕ dY[h][i] X[h][j], dX[h][j] (+)= Σᵢ dY[h][i] A[i][j].
///
/// Operands A [m][n], X [h][n], dY [h][m], dA [m][n], dX [h][n], all packed and each row's own;
/// sizes m, n, h. Sums take i and h in ascending order.
static void th_matrix_vector_gradient(const th_call *c) {
  const int m = c->size[0], n = c->size[1], h = c->size[2];
  const int addA = c->accumulate & 1, addX = c->accumulate >> 1 & 1;
  for (int row = 0; row < c->rows; row++) {
    const float *a = th_row(c, 0, row), *x = th_row(c, 1, row), *dy = th_row(c, 2, row);
    float *da = th_row(c, 3, row), *dx = th_row(c, 4, row);
    if (h == 1) {
      TH_OVER_SLOTS(n, th_matrix_vector_gradient_block, a, x, dy, da, dx, m, n, addA, addX)
    } else {
      th_product_all(&(th_product){
          .x = dy, .xRow = m, .xTerm = 1, .w = a, .wTerm = n, .start = addX ? dx : NULL,
          .startRow = n, .y = dx, .yRow = n, .rows = h, .terms = m, .columns = n});
      th_product_all(&(th_product){
          .x = dy, .xRow = 1, .xTerm = m, .w = x, .wTerm = n, .start = addA ? da : NULL,
          .startRow = n, .y = da, .yRow = n, .rows = m, .terms = h, .columns = n});
    }
  }
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
