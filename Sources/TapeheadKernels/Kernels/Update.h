// What happens to parameters and gradients once a training step: clipping, norms, optimisers.
//
// All work on flat arrays: one row, size[0] = count.

/// x where x ≥ floor or x is NaN, else floor.
TH_INLINE v16 th_at_least(v16 x, v16 floor) { return th_select(x < floor, floor, x); }

/// Operand x in place; constant limit: every x into [−limit, limit]. NaN stays NaN, to be counted.
static void th_clip_values(const th_call *c) {
  const int n = c->size[0];
  const v16 limit = th_splat(c->constant[0]);
  float *x = c->operand[0];
  for (int i = 0; i < n; i += 16)
    th_write(x + i, n - i, th_v_clamp(th_load(x + i), -limit, limit), 0);
}

/// Operand x in place; constant factor: x = factor x.
static void th_scale(const th_call *c) {
  const int n = c->size[0];
  const v16 factor = th_splat(c->constant[0]);
  float *x = c->operand[0];
  for (int i = 0; i < n; i += 16) th_write(x + i, n - i, factor * th_load(x + i), 0);
}

typedef double th_doubles __attribute__((ext_vector_type(8)));

/// Operands x, y: y[0] = Σ x².
///
/// A square of a float is exact in double precision and cannot overflow there; 16 sums in double
/// precision, added in ascending order at the end, rounded to a float once.
static void th_sum_of_squares(const th_call *c) {
  const int n = c->size[0];
  const float *x = c->operand[0];
  th_doubles low = 0.0, high = 0.0;
  for (int i = 0; i < n; i += 16) {
    const v16 part =
        n - i < 16 ? th_load_part(x + i, n - i, th_splat(0.0f)) : th_load(x + i);
    const th_doubles first = __builtin_convertvector(part.lo, th_doubles);
    const th_doubles second = __builtin_convertvector(part.hi, th_doubles);
    low += first * first;
    high += second * second;
  }
  double sum = 0.0;
  for (int lane = 0; lane < 8; lane++) sum += low[lane] + high[lane];
  c->operand[1][0] = (float)sum;
}

/// Operands x, y: y[0] = how many of x are infinite or NaN; exact up to 2²⁴.
static void th_count_non_finite(const th_call *c) {
  const int n = c->size[0];
  const float *x = c->operand[0];
  const i16 exponent = th_splat_int(0x7f800000);
  i16 count = th_splat_int(0);
  for (int i = 0; i < n; i += 16) {
    const v16 part =
        n - i < 16 ? th_load_part(x + i, n - i, th_splat(0.0f)) : th_load(x + i);
    // A true comparison is −1 in each lane.
    count -= ((i16)part & exponent) == exponent;
  }
  int32_t total = 0;
  for (int lane = 0; lane < 16; lane++) total += count[lane];
  c->operand[1][0] = (float)total;
}

/// RMSProp of Graves 2013 (arXiv:1308.0850, equations 38 to 45), ε the gradient, ℵ the decay:
/// n = ℵ n + (1 − ℵ) ε², g = ℵ g + (1 − ℵ) ε, Δ = momentum Δ − rate ε / √(n − g² + epsilon),
/// p += Δ.
///
/// Operands p, n, g, Δ, gradient; constants rate, decay, momentum, epsilon. n − g², a variance that
/// rounding can make negative, is held at 0 or above.
static void th_graves_rmsprop(const th_call *c) {
  const int n = c->size[0];
  float *parameter = c->operand[0], *squares = c->operand[1], *means = c->operand[2];
  float *changes = c->operand[3];
  const float *gradient = c->operand[4];
  const v16 rate = th_splat(c->constant[0]), decay = th_splat(c->constant[1]);
  const v16 momentum = th_splat(c->constant[2]), epsilon = th_splat(c->constant[3]);
  const v16 rest = th_splat(1.0f) - decay, zero = th_splat(0.0f);
  for (int i = 0; i < n; i += 16) {
    const v16 g = th_load(gradient + i);
    const v16 square = th_fma(decay, th_load(squares + i), rest * g * g);
    const v16 mean = th_fma(decay, th_load(means + i), rest * g);
    const v16 variance = th_at_least(th_fma(-mean, mean, square), zero);
    const v16 slope = th_v_inverse_root(variance + epsilon);
    const v16 change = th_fma(momentum, th_load(changes + i), -(rate * g) * slope);
    th_write(squares + i, n - i, square, 0);
    th_write(means + i, n - i, mean, 0);
    th_write(changes + i, n - i, change, 0);
    th_write(parameter + i, n - i, th_load(parameter + i) + change, 0);
  }
}

/// RMSProp as PyTorch has it: v = α v + (1 − α) g²; centred: m = α m + (1 − α) g and
/// d = √(v − m²) + epsilon, else d = √v + epsilon; with momentum: b = μ b + g / d, p −= rate b,
/// else p −= rate g / d.
///
/// Operands p, v, m, b, gradient; sizes count, centred (0 or 1); constants rate, α, epsilon, μ.
/// m is only touched when centred, b only when μ > 0. v − m² is held at 0 or above.
static void th_torch_rmsprop(const th_call *c) {
  const int n = c->size[0], centred = c->size[1], hasMomentum = c->constant[3] > 0.0f;
  float *parameter = c->operand[0], *squares = c->operand[1], *means = c->operand[2];
  float *buffer = c->operand[3];
  const float *gradient = c->operand[4];
  const v16 rate = th_splat(c->constant[0]), decay = th_splat(c->constant[1]);
  const v16 epsilon = th_splat(c->constant[2]), momentum = th_splat(c->constant[3]);
  const v16 rest = th_splat(1.0f) - decay, zero = th_splat(0.0f);
  for (int i = 0; i < n; i += 16) {
    const v16 g = th_load(gradient + i);
    const v16 square = th_fma(decay, th_load(squares + i), rest * g * g);
    th_write(squares + i, n - i, square, 0);
    v16 variance = square;
    if (centred) {
      const v16 mean = th_fma(decay, th_load(means + i), rest * g);
      th_write(means + i, n - i, mean, 0);
      variance = th_at_least(th_fma(-mean, mean, square), zero);
    }
    v16 change = g / (__builtin_elementwise_sqrt(variance) + epsilon);
    if (hasMomentum) {
      change = th_fma(momentum, th_load(buffer + i), change);
      th_write(buffer + i, n - i, change, 0);
    }
    th_write(parameter + i, n - i, th_fma(-rate, change, th_load(parameter + i)), 0);
  }
}

/// Adam (Kingma & Ba 2015, algorithm 1): m = β₁ m + (1 − β₁) g, v = β₂ v + (1 − β₂) g²,
/// p −= rate m̂ / (√v̂ + epsilon).
///
/// Operands p, m, v, gradient; constants rate, β₁, β₂, epsilon, 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ).
static void th_adam(const th_call *c) {
  const int n = c->size[0];
  float *parameter = c->operand[0], *means = c->operand[1], *squares = c->operand[2];
  const float *gradient = c->operand[3];
  const v16 rate = th_splat(c->constant[0]), one = th_splat(1.0f);
  const v16 beta1 = th_splat(c->constant[1]), beta2 = th_splat(c->constant[2]);
  const v16 epsilon = th_splat(c->constant[3]);
  const v16 correction1 = th_splat(c->constant[4]), correction2 = th_splat(c->constant[5]);
  for (int i = 0; i < n; i += 16) {
    const v16 g = th_load(gradient + i);
    const v16 mean = th_fma(beta1, th_load(means + i), (one - beta1) * g);
    const v16 square = th_fma(beta2, th_load(squares + i), (one - beta2) * g * g);
    const v16 root = __builtin_elementwise_sqrt(square * correction2) + epsilon;
    const v16 change = rate * (mean * correction1) / root;
    th_write(means + i, n - i, mean, 0);
    th_write(squares + i, n - i, square, 0);
    th_write(parameter + i, n - i, th_load(parameter + i) - change, 0);
  }
}

/// Gradient descent with momentum: v = μ v + g, p −= rate v.
///
/// Operands p, v, gradient; constants rate, μ.
static void th_momentum(const th_call *c) {
  const int n = c->size[0];
  float *parameter = c->operand[0], *velocity = c->operand[1];
  const float *gradient = c->operand[2];
  const v16 rate = th_splat(c->constant[0]), momentum = th_splat(c->constant[1]);
  for (int i = 0; i < n; i += 16) {
    const v16 v = th_fma(momentum, th_load(velocity + i), th_load(gradient + i));
    th_write(velocity + i, n - i, v, 0);
    th_write(parameter + i, n - i, th_fma(-rate, v, th_load(parameter + i)), 0);
  }
}
