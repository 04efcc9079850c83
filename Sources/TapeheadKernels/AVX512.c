// The kernels for processors with AVX-512.
#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,fma"))), apply_to = function)
#define TH_AVX512
typedef float th_native __attribute__((vector_size(64)));
#include "Vector.h"
typedef int32_t th_native_int __attribute__((vector_size(64)));
// 32 registers of 16 floats each: products work on large tiles.
#define TH_WIDE_TILES
#define TH_TARGET_TABLE th_table_avx512
#include "Kernels.h"
#pragma clang attribute pop
#endif
