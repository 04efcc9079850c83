// The loop over the instructions of a plan.
#define _POSIX_C_SOURCE 200809L  // clock_gettime
#include <time.h>

#include "TapeheadKernels.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

// Cotangents fade on their way through thousands of steps. Below 2⁻¹²⁶ floats are subnormal, and processors are slow
// with them. So kernels run in the mode that takes and leaves 0 in their place.

/// Lets subnormal numbers count as 0 on this thread; what they counted as before.
static inline uint64_t th_flush_subnormals(void) {
#if defined(__x86_64__)
  enum { FLUSH_RESULTS = 0x8000, FLUSH_OPERANDS = 0x0040 };
  const uint32_t before = _mm_getcsr();
  _mm_setcsr(before | FLUSH_RESULTS | FLUSH_OPERANDS);
  return before;
#elif defined(__aarch64__)
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(before | UINT64_C(1) << 24));
  return before;
#else
  return 0;
#endif
}

/// Lets them count as they did before.
static inline void th_restore_subnormals(uint64_t before) {
#if defined(__x86_64__)
  _mm_setcsr((uint32_t)before);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(before));
#else
  (void)before;
#endif
}

void th_run_kernel(th_kernel kernel, const th_call *call) {
  const uint64_t before = th_flush_subnormals();
  kernel(call);
  th_restore_subnormals(before);
}

static double th_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/// Runs one instruction for `rows` rows from row `first` on and for `steps` steps from `step` on.
static inline void th_run_one(
    const th_instruction *instruction, int64_t step, int32_t first, int32_t rows, int32_t steps) {
  float *operand[TH_MOST_OPERANDS];
  for (int i = 0; i < instruction->operands; i++)
    operand[i] = instruction->start[i] + step * instruction->step[i]
        + (ptrdiff_t)first * instruction->row[i];
  instruction->kernel(&(th_call){
      .operand = operand, .stride = instruction->row, .size = instruction->size,
      .constant = instruction->constant, .rows = rows, .accumulate = instruction->accumulate,
      .steps = steps, .step = instruction->step});
}

void th_run_steps(
    const th_instruction *instruction, int32_t count, int64_t first, int32_t steps, int32_t rows,
    double *seconds) {
  const uint64_t mode = th_flush_subnormals();
  for (int32_t i = 0; i < count; i++, instruction++) {
    const double before = seconds ? th_now() : 0;
    th_run_one(instruction, first, 0, rows, steps);
    if (seconds) seconds[i] += th_now() - before;
  }
  th_restore_subnormals(mode);
}

void th_run(
    const th_instruction *instruction, int32_t count, int64_t step, int32_t rows, double *seconds) {
  const uint64_t mode = th_flush_subnormals();
  double before = seconds ? th_now() : 0;
  for (int32_t i = 0; i < count;) {
    int32_t end = i + 1;
    const int32_t together = instruction[i].together || rows == 1;
    if (!together)
      while (end < count && !instruction[end].together) end++;
    for (int32_t row = 0; row < (together ? 1 : rows); row++) {
      for (int32_t j = i; j < end; j++) {
        th_run_one(instruction + j, step, row, together ? rows : 1, 1);
        if (seconds) {
          const double now = th_now();
          seconds[j] += now - before;
          before = now;
        }
      }
    }
    i = end;
  }
  th_restore_subnormals(mode);
}
