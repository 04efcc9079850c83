// exp, log, tanh, sigmoid and softplus of 16 floats.
//
// Goals in order: right at every float (zeros, infinities, NaN, subnormal arguments and results),
// at most 2 ulp from the exact value everywhere, the same bits on every instruction set, speed.
// Hence only + − × ÷ fma, integer operations and selects: no call, no branch, no estimate that a
// processor makes in its own way. A vector division takes as long as some thirty fma, so 1 / d is made
// by Newton's iteration from an integer guess, and the quotient is corrected by its residual.
// The polynomials are minimax fits with single-precision coefficients; each states its error.

/// |x|, NaN kept.
TH_INLINE v16 th_magnitude(v16 x) { return (v16)((i16)x & th_splat_int(0x7fffffff)); }
/// Adding it to a float below 2²² leaves the nearest integer in the low bits.
#define TH_SHIFT 12582912.0f
/// 2ⁿ for n from −126 to 127.
TH_INLINE v16 th_power_of_two(i16 n) { return (v16)((n + 127) << 23); }

// Where AVX-512 has one instruction for some, the bits are the same.
#ifdef TH_AVX512
/// x 2ⁿ, rounded once.
TH_INLINE v16 th_scaled(v16 x, v16 n) {
  return (v16)__builtin_ia32_scalefps512_mask((th_native)x, (th_native)n, (th_native)x, -1, 4);
}
/// y where 0 < x < ∞; ln x elsewhere, by the table: 3 NaN, 4 −∞, 5 +∞, 0 y, from the right for x
/// NaN, NaN, 0, 1, −∞, +∞, below 0, above 0.
TH_INLINE v16 th_log_completed(v16 x, v16 y) {
  const i16 table = th_splat_int(0x03530433);
  return (v16)__builtin_ia32_fixupimmps512_mask(
      (th_native)y, (th_native)x, (th_native_int)table, 0, -1, 4);
}
#else
/// x 2ⁿ, rounded once for |x| from 2⁻¹ to 2: 2ⁿ is applied as 2ᵃ 2ᵇ, a + b = n, and the first
/// product is exact.
TH_INLINE v16 th_scaled(v16 x, v16 n) {
  const v16 shift = th_splat(TH_SHIFT);
  const i16 count = (i16)(n + shift) - (i16)shift, half = count >> 1;
  return x * th_power_of_two(half) * th_power_of_two(count - half);
}
/// y where 0 < x < ∞; ln x elsewhere.
TH_INLINE v16 th_log_completed(v16 x, v16 y) {
  const v16 infinity = th_splat(__builtin_inff());
  v16 special = th_select(x == infinity, x, th_splat(-__builtin_nanf("")));
  special = th_select(x == th_splat(0.0f), -infinity, special);
  return th_select((x > th_splat(0.0f)) & (x < infinity), y, special);
}
#endif

/// Splits eˣ = 2ⁿ (1 + q) with |q| at most about √2 − 1, for |x| below 2²¹; returns q = eʳ − 1.
///
/// n = round(x / ln 2), made by adding TH_SHIFT and taking it away again; then r = x − n ln 2 in two pieces, of
/// which n times the first is exact. q = r + r² P(r), relative error 7e-10 for |r| ≤ ln 2 / 2, and exactly r
/// where r is tiny.
TH_INLINE v16 th_exp_split(v16 x, v16 *n) {
  const v16 shift = th_splat(TH_SHIFT);
  *n = th_fma(x, th_splat(1.44269504f), shift) - shift;
  v16 r = th_fma(*n, th_splat(-0.693359375f), x);
  r = th_fma(*n, th_splat(2.12194440e-4f), r);
  v16 p = th_splat(1.99722504e-4f);
  p = th_fma(p, r, th_splat(1.39308907e-3f));
  p = th_fma(p, r, th_splat(8.33317731e-3f));
  p = th_fma(p, r, th_splat(4.16665077e-2f));
  p = th_fma(p, r, th_splat(0.166666672f));
  p = th_fma(p, r, th_splat(0.5f));
  return th_fma(r * r, p, r);
}

/// eˣ: +∞ above 88.72, subnormal below −87.33, 0 below −103.97.
///
/// The clamp keeps NaN, for a comparison with NaN is false.
TH_INLINE v16 th_v_exp(v16 x) {
  const v16 high = th_splat(89.0f), low = th_splat(-105.0f);
  x = th_select(x > high, high, x);
  x = th_select(x < low, low, x);
  v16 n;
  const v16 q = th_exp_split(x, &n);
  return th_scaled(th_splat(1.0f) + q, n);
}

/// ln x: −∞ at ±0, NaN below 0.
///
/// x = 2ᵉ m with m in [2/3, 4/3), f = m − 1, ln x = e ln 2 + (f − f²/2 + f³ P(f)), relative error
/// of the polynomial 3e-9. Subnormal numbers are scaled by 2²³ first.
TH_INLINE v16 th_v_log(v16 x) {
  const i16 subnormal = x < th_splat(0x1p-126f);
  const v16 scaled = th_select(subnormal, x * th_splat(0x1p23f), x);
  const i16 two_thirds = th_splat_int(0x3f2aaaab);
  const i16 above = (i16)scaled - two_thirds;
  const i16 exponent = (above >> 23) - (subnormal & th_splat_int(23));
  const v16 f = (v16)((above & th_splat_int(0x007fffff)) + two_thirds) - th_splat(1.0f);
  const v16 e = __builtin_convertvector(exponent, v16);
  v16 p = th_splat(0.119768895f);
  p = th_fma(p, f, th_splat(-0.124293827f));
  p = th_fma(p, f, th_splat(0.107706688f));
  p = th_fma(p, f, th_splat(-0.122873940f));
  p = th_fma(p, f, th_splat(0.143021122f));
  p = th_fma(p, f, th_splat(-0.166733846f));
  p = th_fma(p, f, th_splat(0.199997112f));
  p = th_fma(p, f, th_splat(-0.249999434f));
  p = th_fma(p, f, th_splat(0.333333343f));
  const v16 square = f * f;
  v16 small = th_fma(square * f, p, e * th_splat(-2.12194440e-4f));
  small = th_fma(square, th_splat(-0.5f), small);
  return th_log_completed(x, th_fma(e, th_splat(0.693359375f), f + small));
}

/// About 1 / d for |d| from 2⁻¹²⁵ to 2¹²⁵, relative error 2e-7.
///
/// The guess subtracts exponents and, roughly, mantissas (error at most 0.0506); each step squares it.
TH_INLINE v16 th_v_inverse(v16 d) {
  const v16 one = th_splat(1.0f);
  v16 y = (v16)(th_splat_int(0x7ef311c3) - (i16)d);
  y = th_fma(y, th_fma(-d, y, one), y);
  y = th_fma(y, th_fma(-d, y, one), y);
  return th_fma(y, th_fma(-d, y, one), y);
}

/// About 1 / √x for x from 2⁻¹²⁶ to 2¹²⁵, relative error 3e-7, made as the inverse is.
TH_INLINE v16 th_v_inverse_root(v16 x) {
  const v16 half = x * th_splat(-0.5f), more = th_splat(1.5f);
  v16 y = (v16)(th_splat_int(0x5f3759df) - ((i16)x >> 1));
  y = y * th_fma(half * y, y, more);
  y = y * th_fma(half * y, y, more);
  return y * th_fma(half * y, y, more);
}

/// √x from about its inverse, which is finite where x is 0; at most 1 ulp off.
TH_INLINE v16 th_v_root(v16 x, v16 inverse) {
  const v16 root = x * inverse;
  return th_fma(th_fma(-root, root, x), inverse * th_splat(0.5f), root);
}

/// a / (large + small) for large ≥ small, as if the sum were not rounded.
///
/// The sum is d + rest without error; the residual a − y (d + rest), divided by d, corrects the
/// quotient y. One division, for the first y may be as rough as a times 1/d.
TH_INLINE v16 th_quotient(v16 a, v16 large, v16 small) {
  const v16 d = large + small;
  const v16 rest = small - (d - large);
  const v16 inverse = th_splat(1.0f) / d;
  const v16 y = a * inverse;
  const v16 residual = th_fma(-y, rest, th_fma(-y, d, a));
  return th_fma(residual, inverse, y);
}

/// tanh x = E / (E + 2) with E = e²ˣ − 1, on |x|, the sign put back.
///
/// E = 2ⁿ q + (2ⁿ − 1) keeps its relative accuracy down to 0. From 10 on the quotient rounds to 1.
TH_INLINE v16 th_v_tanh(v16 x) {
  v16 magnitude = th_magnitude(x);
  const i16 sign = (i16)x ^ (i16)magnitude;
  magnitude = th_select(magnitude > th_splat(10.0f), th_splat(10.0f), magnitude);
  v16 n;
  const v16 q = th_exp_split(magnitude + magnitude, &n);
  const v16 power = th_scaled(th_splat(1.0f), n);
  const v16 e = th_fma(power, q, power - th_splat(1.0f)), two = th_splat(2.0f);
  const v16 y = th_quotient(e, th_max(e, two), th_min(e, two));
  return (v16)((i16)y | sign);
}

/// σ(x) = 1 / (1 + e⁻ˣ), for x < 0 as eˣ / (1 + eˣ): e never overflows, and small results keep
/// their relative accuracy.
TH_INLINE v16 th_v_sigmoid(v16 x) {
  const v16 one = th_splat(1.0f);
  const v16 e = th_v_exp(-th_magnitude(x));
  return th_quotient(th_select(x < th_splat(0.0f), e, one), one, e);
}

/// softplus x = ln(1 + eˣ) = max(x, 0) + ln(1 + u), u = e^−|x|.
///
/// With s = u / (2 + u), ln(1 + u) = 2 atanh s = u − s (u − 2 s² Q(s²)): the quotient only enters a
/// correction, so its rounding hardly counts. Relative error of the series 3e-10.
TH_INLINE v16 th_v_softplus(v16 x) {
  const v16 u = th_v_exp(-th_magnitude(x));
  const v16 s = u / (th_splat(2.0f) + u);
  const v16 square = s * s;
  v16 p = th_splat(0.117472068f);
  p = th_fma(p, square, th_splat(0.108199872f));
  p = th_fma(p, square, th_splat(0.142989069f));
  p = th_fma(p, square, th_splat(0.199997708f));
  p = th_fma(p, square, th_splat(0.333333343f));
  const v16 logarithm = th_fma(-s, th_fma(square * th_splat(-2.0f), p, u), u);
  return th_select(x < th_splat(0.0f), th_splat(0.0f), x) + logarithm;
}
