// Which instruction sets this processor has, and the table of kernels for each.
#include "TapeheadKernels.h"

extern const th_kernel_table th_table_portable;
#if defined(__x86_64__)
extern const th_kernel_table th_table_avx2, th_table_avx512;
#endif

int th_isa_supported(th_isa isa) {
  switch (isa) {
  case TH_ISA_PORTABLE:
    return 1;
#if defined(__x86_64__)
  case TH_ISA_AVX2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  case TH_ISA_AVX512:
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
#endif
  default:
    return 0;
  }
}

const th_kernel_table *th_kernels(th_isa isa) {
  switch (isa) {
#if defined(__x86_64__)
  case TH_ISA_AVX512:
    return &th_table_avx512;
  case TH_ISA_AVX2:
    return &th_table_avx2;
#endif
  default:
    return &th_table_portable;
  }
}
