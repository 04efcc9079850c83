// Operations on each value alone, activations by segment, and their gradients.
//
// Every kernel works in place, but for an activation that moves its segments: an output may be an input. The
// output's tail is stored in part; loads run past it, and those lanes are dropped.

/// Defines a kernel y = expression of x, with the operands x, y and size n.
#define TH_MAP(name, expression)                                        \
  static void th_##name(const th_call *c) {                             \
    const int n = c->size[0], add = c->accumulate & 1;                  \
    for (int row = 0; row < c->rows; row++) {                           \
      const float *input = th_row(c, 0, row);                           \
      float *output = th_row(c, 1, row);                                \
      for (int i = 0; i < n; i += 16) {                                 \
        const v16 x = th_load(input + i);                               \
        th_write(output + i, n - i, expression, add);                   \
      }                                                                 \
    }                                                                   \
  }

TH_INLINE v16 th_v_relu(v16 x) { return th_select(x < th_splat(0.0f), th_splat(0.0f), x); }
/// x between low and high; NaN stays NaN.
TH_INLINE v16 th_v_clamp(v16 x, v16 low, v16 high) {
  x = th_select(x < low, low, x);
  return th_select(x > high, high, x);
}

TH_MAP(copy, x)
TH_MAP(exp, th_v_exp(x))
TH_MAP(log, th_v_log(x))
TH_MAP(tanh, th_v_tanh(x))
TH_MAP(sigmoid, th_v_sigmoid(x))
TH_MAP(softplus, th_v_softplus(x))
TH_MAP(square, x * x)
TH_MAP(sqrt, __builtin_elementwise_sqrt(x))
TH_MAP(relu, th_v_relu(x))
/// Constants factor, summand: y = factor x + summand.
TH_MAP(affine, th_fma(th_splat(c->constant[0]), x, th_splat(c->constant[1])))
/// Constants low, high.
TH_MAP(clamp, th_v_clamp(x, th_splat(c->constant[0]), th_splat(c->constant[1])))
#undef TH_MAP

/// Operands x (one float a row), y; size n: y = x everywhere.
static void th_broadcast(const th_call *c) {
  const int n = c->size[0], add = c->accumulate & 1;
  for (int row = 0; row < c->rows; row++) {
    const v16 x = th_splat(*th_row(c, 0, row));
    float *output = th_row(c, 1, row);
    for (int i = 0; i < n; i += 16) th_write(output + i, n - i, x, add);
  }
}

/// Defines a kernel y = expression of a and b, with the operands a, b, y and the sizes n,
/// a is scalar, b is scalar (0 or 1): a scalar is one float a row, the same for all n.
#define TH_COMBINE(name, expression)                                    \
  static void th_##name(const th_call *c) {                             \
    const int n = c->size[0], add = c->accumulate & 1;                  \
    const int stepA = !c->size[1], stepB = !c->size[2];                 \
    for (int row = 0; row < c->rows; row++) {                           \
      const float *inputA = th_row(c, 0, row), *inputB = th_row(c, 1, row); \
      float *output = th_row(c, 2, row);                                \
      const v16 scalarA = th_splat(*inputA), scalarB = th_splat(*inputB); \
      for (int i = 0; i < n; i += 16) {                                 \
        const v16 a = stepA ? th_load(inputA + i) : scalarA;            \
        const v16 b = stepB ? th_load(inputB + i) : scalarB;            \
        th_write(output + i, n - i, expression, add);                   \
      }                                                                 \
    }                                                                   \
  }

TH_COMBINE(add, a + b)
TH_COMBINE(subtract, a - b)
TH_COMBINE(multiply, a * b)
TH_COMBINE(divide, a / b)
#undef TH_COMBINE

/// dy (1 − y²), the rest rounded once.
TH_INLINE v16 th_v_tanh_gradient(v16 y, v16 dy) { return dy * th_fma(-y, y, th_splat(1.0f)); }
/// dy (y − y²).
TH_INLINE v16 th_v_sigmoid_gradient(v16 y, v16 dy) { return dy * th_fma(-y, y, y); }
/// dy where y > 0, else 0; at y = 0 the gradient is 0.
TH_INLINE v16 th_v_relu_gradient(v16 y, v16 dy) {
  return th_select(y > th_splat(0.0f), dy, th_splat(0.0f));
}
/// dy where low ≤ x ≤ high, else 0.
TH_INLINE v16 th_v_clamp_gradient(v16 x, v16 dy, v16 low, v16 high) {
  return th_select((x >= low) & (x <= high), dy, th_splat(0.0f));
}

/// Defines a kernel dx = expression of x and dy, with the operands x (for some, the result y in its
/// place), dy, dx and size n.
#define TH_GRADIENT(name, expression)                                   \
  static void th_##name(const th_call *c) {                             \
    const int n = c->size[0], add = c->accumulate & 1;                  \
    for (int row = 0; row < c->rows; row++) {                           \
      const float *input = th_row(c, 0, row), *above = th_row(c, 1, row); \
      float *output = th_row(c, 2, row);                                \
      for (int i = 0; i < n; i += 16) {                                 \
        const v16 x = th_load(input + i), dy = th_load(above + i);      \
        th_write(output + i, n - i, expression, add);                   \
      }                                                                 \
    }                                                                   \
  }

/// Operands y, dy, dx.
TH_GRADIENT(tanh_gradient, th_v_tanh_gradient(x, dy))
/// Operands y, dy, dx.
TH_GRADIENT(sigmoid_gradient, th_v_sigmoid_gradient(x, dy))
/// Operands x, dy, dx.
TH_GRADIENT(softplus_gradient, dy * th_v_sigmoid(x))
/// Operands y, dy, dx.
TH_GRADIENT(relu_gradient, th_v_relu_gradient(x, dy))
/// Operands x, dy, dx, constants low, high.
TH_GRADIENT(
    clamp_gradient,
    th_v_clamp_gradient(x, dy, th_splat(c->constant[0]), th_splat(c->constant[1])))
#undef TH_GRADIENT

/// The activation of 16 values that need no others, all kinds but softmax.
TH_INLINE v16 th_activation_of(v16 x, int kind) {
  switch (kind) {
  case TH_ACTIVATION_TANH: return th_v_tanh(x);
  case TH_ACTIVATION_SIGMOID: return th_v_sigmoid(x);
  case TH_ACTIVATION_SOFTPLUS: return th_v_softplus(x);
  case TH_ACTIVATION_ONEPLUS: return th_splat(1.0f) + th_v_softplus(x);
  case TH_ACTIVATION_RELU: return th_v_relu(x);
  default: return x;
  }
}

/// yᵢ = exp(xᵢ − max x) / Σⱼ exp(xⱼ − max x), in place or not; beyond 16 numbers eˣ is made twice rather
/// than kept.
TH_INLINE void th_softmax_segment(const float *x, float *y, int n, int add) {
  v16 largest = th_splat(-__builtin_inff()), sum = th_splat(0.0f), e = sum;
  for (int i = 0; i < n; i += 16)
    largest = th_max(largest, th_load_part(x + i, n - i < 16 ? n - i : 16, largest));
  const v16 shift = th_splat(th_largest(largest));
  for (int i = 0; i < n; i += 16) {
    e = th_v_exp(th_load(x + i) - shift);
    sum += n - i < 16 ? th_select(th_first(n - i), e, th_splat(0.0f)) : e;
  }
  const v16 total = th_splat(th_sum(sum));
  for (int i = 0; i < n; i += 16) {
    if (n > 16) e = th_v_exp(th_load(x + i) - shift);
    th_write(y + i, n - i, e / total, add);
  }
}

/// Operands x, y; sizes: the number of segments, then length, kind (th_activation) and place of each: applies each
/// kind to its segment of x, where one stands behind the other, and puts it in its place in y. y may be x if all
/// stay where they are.
static void th_activate(const th_call *c) {
  const int add = c->accumulate & 1;
  for (int row = 0; row < c->rows; row++) {
    const float *x = th_row(c, 0, row);
    for (int segment = 0; segment < c->size[0]; segment++) {
      const int n = c->size[1 + 3 * segment], kind = c->size[2 + 3 * segment];
      float *y = th_row(c, 1, row) + c->size[3 + 3 * segment];
      if (kind == TH_ACTIVATION_SOFTMAX) {
        th_softmax_segment(x, y, n, add);
      } else {
        for (int i = 0; i < n; i += 16)
          th_write(y + i, n - i, th_activation_of(th_load(x + i), kind), add);
      }
      x += n;
    }
  }
}

/// The gradient of th_activation_of from its argument and its result.
TH_INLINE v16 th_activation_gradient_of(v16 x, v16 y, v16 dy, int kind) {
  switch (kind) {
  case TH_ACTIVATION_TANH: return th_v_tanh_gradient(y, dy);
  case TH_ACTIVATION_SIGMOID: return th_v_sigmoid_gradient(y, dy);
  case TH_ACTIVATION_SOFTPLUS:
  case TH_ACTIVATION_ONEPLUS: return dy * th_v_sigmoid(x);
  case TH_ACTIVATION_RELU: return th_v_relu_gradient(y, dy);
  default: return dy;
  }
}

// ∂yᵢ/∂xⱼ = yᵢ (δᵢⱼ − yⱼ), so dxⱼ = yⱼ (dyⱼ − Σᵢ dyᵢ yᵢ).
TH_INLINE void th_softmax_segment_gradient(
    const float *y, const float *dy, float *dx, int n, int add) {
  v16 sum = th_splat(0.0f);
  for (int i = 0; i < n; i += 16) {
    const v16 product = th_load(y + i) * th_load(dy + i);
    sum += n - i < 16 ? th_select(th_first(n - i), product, th_splat(0.0f)) : product;
  }
  const v16 mean = th_splat(th_sum(sum));
  for (int i = 0; i < n; i += 16)
    th_write(dx + i, n - i, th_load(y + i) * (th_load(dy + i) - mean), add);
}

/// Operands x, y, dy, dx; sizes as for activate: dy has the places of y, and dx those of x. dx may be x, and dy if all
/// segments stay where they are.
static void th_activate_gradient(const th_call *c) {
  const int add = c->accumulate & 1;
  for (int row = 0; row < c->rows; row++) {
    const float *x = th_row(c, 0, row);
    float *dx = th_row(c, 3, row);
    for (int segment = 0; segment < c->size[0]; segment++) {
      const int n = c->size[1 + 3 * segment], kind = c->size[2 + 3 * segment];
      const int place = c->size[3 + 3 * segment];
      const float *y = th_row(c, 1, row) + place, *dy = th_row(c, 2, row) + place;
      if (kind == TH_ACTIVATION_SOFTMAX) {
        th_softmax_segment_gradient(y, dy, dx, n, add);
      } else {
        for (int i = 0; i < n; i += 16)
          th_write(dx + i, n - i,
              th_activation_gradient_of(
                  th_load(x + i), th_load(y + i), th_load(dy + i), kind), add);
      }
      x += n;
      dx += n;
    }
  }
}
