// A vector of 16 floats, whatever the processor: one register with AVX-512, two with AVX2, four
// with SSE or NEON. All kernels are written in it, so all give the same bits.
#ifndef TAPEHEAD_VECTOR_H
#define TAPEHEAD_VECTOR_H

#include <stddef.h>
#include <stdint.h>

#include "TapeheadKernels.h"

#pragma clang diagnostic ignored "-Wpsabi"
// a * b + c stays two roundings everywhere; where one is meant, th_fma says so.
#pragma STDC FP_CONTRACT OFF

typedef float v16 __attribute__((ext_vector_type(16)));
typedef int32_t i16 __attribute__((ext_vector_type(16)));
typedef float v16_loose __attribute__((ext_vector_type(16), aligned(4), may_alias));

#define TH_INLINE static inline __attribute__((always_inline))

TH_INLINE v16 th_splat(float x) { return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
TH_INLINE i16 th_splat_int(int32_t x) {
  return (i16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}
TH_INLINE v16 th_load(const float *p) { return *(const v16_loose *)p; }
TH_INLINE void th_store(float *p, v16 x) { *(v16_loose *)p = x; }
TH_INLINE v16 th_fma(v16 a, v16 b, v16 c) { return __builtin_elementwise_fma(a, b, c); }
TH_INLINE v16 th_max(v16 a, v16 b) { return a > b ? a : b; }
TH_INLINE v16 th_min(v16 a, v16 b) { return a < b ? a : b; }
TH_INLINE v16 th_select(i16 mask, v16 yes, v16 no) { return mask ? yes : no; }

/// All bits set in the first n lanes (n from 0 to 16).
TH_INLINE i16 th_first(int n) {
  return (i16){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} < th_splat_int(n);
}
/// Loads n floats and fills the other lanes; may read up to TH_SLACK floats past the end.
TH_INLINE v16 th_load_part(const float *p, int n, v16 fill) {
  return th_select(th_first(n), th_load(p), fill);
}
/// Stores the first n lanes; the floats behind them stay as they were.
TH_INLINE void th_store_part(float *p, int n, v16 x) {
#if defined(TH_AVX512)
  // What stands there is not read: part of it may just have been written, and the read would wait.
  __builtin_ia32_storeups512_mask(p, (th_native)x, (uint16_t)((1u << n) - 1));
#else
  th_store(p, th_select(th_first(n), x, th_load(p)));
#endif
}

/// Where a row of an operand starts.
TH_INLINE float *th_row(const th_call *c, int operand, int row) {
  return c->operand[operand] + (ptrdiff_t)row * c->stride[operand];
}

/// Writes (or adds) the first `left` lanes of a row's rest, at most 16.
TH_INLINE void th_write(float *p, int left, v16 y, int add) {
  if (add) y = th_load(p) + y;
  if (left >= 16) {
    th_store(p, y);
  } else {
    th_store_part(p, left, y);
  }
}

/// The size of the next of even parts of `left`, none above `most`.
TH_INLINE int th_part(int left, int most) {
  const int parts = (left + most - 1) / most;
  return (left + parts - 1) / parts;
}

/// Σ of the 16 lanes as a fixed tree: 8 + 8, 4 + 4, 2 + 2, 1 + 1.
TH_INLINE float th_sum(v16 x) {
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef float v4 __attribute__((ext_vector_type(4)));
  v8 a = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7)
      + __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  v4 b = __builtin_shufflevector(a, a, 0, 1, 2, 3) + __builtin_shufflevector(a, a, 4, 5, 6, 7);
  return (b[0] + b[2]) + (b[1] + b[3]);
}
/// The largest of the 16 lanes.
TH_INLINE float th_largest(v16 x) {
  typedef float v8 __attribute__((ext_vector_type(8)));
  typedef float v4 __attribute__((ext_vector_type(4)));
  v8 p = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7);
  v8 q = __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
  v8 a = p > q ? p : q;
  v4 r = __builtin_shufflevector(a, a, 0, 1, 2, 3), s = __builtin_shufflevector(a, a, 4, 5, 6, 7);
  v4 b = r > s ? r : s;
  float c = b[0] > b[2] ? b[0] : b[2], d = b[1] > b[3] ? b[1] : b[3];
  return c > d ? c : d;
}

#endif
