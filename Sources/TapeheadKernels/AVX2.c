// The kernels for processors with AVX2 and FMA.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "Vector.h"
#define TH_TARGET_TABLE th_table_avx2
#include "Kernels.h"
#pragma clang attribute pop
#endif
