// Sharpening: w^γ / (Σ w^γ + ε) (NTM, equation 9), exact from a flat weighting at γ = 100 to
// weights of 0 and 1e-30.
//
// Goals, in this order: never a number that is not finite for finite weights ≥ 0 and γ ≥ 1; nothing
// lost to underflow; speed. So everything is relative to the largest weight W: with r = w / W and
// l = log r ≤ 0, w^γ = W^γ e^(γ l), and the factor W^γ, which would underflow, cancels:
//   y = p / (S + E) with p = e^(γ l), S = Σ p ≥ 1 and E = ε / W^γ = e^(log ε − γ log W).
// (r, not log w − log W: the difference of two logarithms times γ would lose two digits.)

/// Stands for log 0: e to the power of it is 0.
#define TH_LOG_OF_ZERO -1000.0f
/// What a logarithm counts as at least in a gradient: that of the smallest normal float.
#define TH_SMALLEST_LOGARITHM -87.3365479f
/// What a gradient beyond the range of floats becomes: the largest float.
#define TH_LARGEST 3.40282347e+38f

/// The first lane of a vector function of a number.
TH_INLINE float th_exp_of(float x) { return th_v_exp(th_splat(x))[0]; }
TH_INLINE float th_log_of(float x) { return th_v_log(th_splat(x))[0]; }

// sharpen: w[n], γ[1] → y[n], l[n], facts[4] (th_sharpening). Size n; constant ε.
// Where all weights are 0: y = 0 if ε > 0, and 1 / n (no slot preferred) if ε = 0.
static void th_sharpen(const th_call *c) {
  const int n = c->size[0];
  const float epsilon = c->constant[0], log_epsilon = epsilon > 0 ? th_log_of(epsilon) : 0;
  const v16 zero = th_splat(0), nothing = th_splat(TH_LOG_OF_ZERO);
  for (int r = 0; r < c->rows; r++) {
    const float *w = th_row(c, 0, r), gamma = *th_row(c, 1, r);
    float *y = th_row(c, 2, r), *logarithm = th_row(c, 3, r), *facts = th_row(c, 4, r);
    const float largest = th_largest_of(w, n);
    facts[TH_LARGEST_WEIGHT] = largest;
    if (largest == 0) {
      const v16 flat = th_splat(epsilon > 0 ? 0 : 1 / (float)n);
      TH_OVER(n, i, lanes, {
        th_store_part(y + i, lanes, flat);
        th_store_part(logarithm + i, lanes, zero);
      })
      facts[TH_ITS_LOGARITHM] = facts[TH_MISSING] = facts[TH_LARGEST_RESULT] = 0;
      continue;
    }
    const float log_largest = th_log_of(largest);
    const float excess = epsilon > 0 ? th_exp_of(log_epsilon - gamma * log_largest) : 0;
    const v16 exponent = th_splat(gamma), scale = th_splat(largest);
    v16 sum = zero;
    TH_OVER(n, i, lanes, {
      const v16 l = th_max(nothing, th_v_log(th_load_part(w + i, lanes, zero) / scale));
      const v16 p = th_v_exp(exponent * l);
      sum += p;
      th_store_part(logarithm + i, lanes, l);
      th_store_part(y + i, lanes, p);
    })
    // The largest p is 1.
    const float factor = 1 / (th_sum(sum) + excess);
    TH_OVER(n, i, lanes, { th_store_part(y + i, lanes, th_load(y + i) * th_splat(factor)); })
    facts[TH_ITS_LOGARITHM] = log_largest;
    facts[TH_MISSING] = factor > 0 ? excess * factor : 1;
    facts[TH_LARGEST_RESULT] = factor;
  }
}

// sharpen_gradient: γ[1], y[n], l[n], facts[4], dy[n] → dw[n], dγ[1]. Size n; constant ε.
//
// With Z = Σ w^γ + ε and A = Σᵢ dyᵢ yᵢ: ∂yᵢ/∂wⱼ = γ wⱼ^(γ−1) / Z (δᵢⱼ − yᵢ), so
//   dwⱼ = γ wⱼ^(γ−1) / Z (dyⱼ − A),  wⱼ^(γ−1) / Z = e^((γ−1) lⱼ) / (W (S + E)),
// which has no 0 / 0; at w = 0 it is 0 for γ > 1 and 1 / Z for γ = 1. The largest y is 1 / (S + E),
// for its p is 1. Where E is huge, so that nothing but ε is seen of Z, 1 / (W (S + E)) is W^(γ−1) / ε.
//
// ∂yᵢ/∂γ = yᵢ (log wᵢ − Σⱼ yⱼ log wⱼ), so dγ = Σᵢ yᵢ log wᵢ (dyᵢ − A), and with log w = l + log W
//   dγ = Σᵢ yᵢ lᵢ (dyᵢ − A) + log W · A (1 − Σ y),  1 − Σ y = E / (S + E),  0 log 0 = 0.
// Where one slot has nearly all the weight, its dy is nearly A, and the rounding of A, times γ, would be
// most of its dw: so A is refined by what it leaves over, Σ y dy − A = Σᵢ yᵢ (dyᵢ − A) − A (1 − Σ y).
// Where all weights are 0, dγ is 0, and so is dw unless γ = 1 and ε > 0: then it is dy / ε.
static void th_sharpen_gradient(const th_call *c) {
  const int n = c->size[0], add = th_adds(c, 0);
  const float epsilon = c->constant[0], log_epsilon = epsilon > 0 ? th_log_of(epsilon) : 0;
  const v16 zero = th_splat(0), most = th_splat(TH_LARGEST);
  for (int r = 0; r < c->rows; r++) {
    const float gamma = *th_row(c, 0, r), *y = th_row(c, 1, r), *logarithm = th_row(c, 2, r);
    const float *facts = th_row(c, 3, r), *dy = th_row(c, 4, r);
    float *dw = th_row(c, 5, r);
    const float largest = facts[TH_LARGEST_WEIGHT], log_largest = facts[TH_ITS_LOGARITHM];
    const float missing = facts[TH_MISSING], peak = facts[TH_LARGEST_RESULT];
    if (largest == 0) {
      const v16 slope = th_splat(epsilon > 0 && gamma == 1 ? 1 / epsilon : 0);
      TH_OVER(n, i, lanes, { th_write(dw + i, lanes, slope * th_load(dy + i), add); })
      th_write_one(th_row(c, 6, r), 0, th_adds(c, 1));
      continue;
    }
    const float slope = missing < 1
        ? gamma * peak / largest
        : gamma * th_exp_of((gamma - 1) * log_largest - log_epsilon);
    const v16 below = th_splat(gamma - 1), smallest = th_splat(TH_SMALLEST_LOGARITHM);
    const v16 nothing = th_splat(TH_LOG_OF_ZERO);
    const i16 all = th_splat(gamma) == th_splat(1);
    const v16 factor = th_splat(slope < TH_LARGEST ? slope : TH_LARGEST);
    const float mean = th_dot_of(y, dy, n);
    v16 dgamma = zero, left = zero;
    TH_OVER(n, i, lanes, {
      v16 part = th_load_part(dy + i, lanes, zero) - th_splat(mean);
      left = th_fma(th_load_part(y + i, lanes, zero), part, left);
    })
    const v16 rest = th_splat(th_sum(left) - mean * missing);
    TH_OVER(n, i, lanes, {
      const v16 kept = th_load_part(logarithm + i, lanes, smallest), l = th_max(smallest, kept);
      const i16 counts = (kept != nothing) | all;
      const v16 error = th_load_part(dy + i, lanes, zero) - th_splat(mean) - rest;
      const v16 ratio = th_select(counts, factor * th_v_exp(below * l), zero);
      th_write(dw + i, lanes, th_min(most, th_max(-most, ratio * error)), add);
      dgamma = th_fma(th_load_part(y + i, lanes, zero) * l, error, dgamma);
    })
    th_write_one(
        th_row(c, 6, r), th_sum(dgamma) + log_largest * mean * missing, th_adds(c, 1));
  }
}
#undef TH_LOG_OF_ZERO
#undef TH_SMALLEST_LOGARITHM
#undef TH_LARGEST
