// The loop over the instructions of a plan.
#define _POSIX_C_SOURCE 200809L  // clock_gettime
#include <time.h>

#include "TapeheadKernels.h"

static double th_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/// Runs one instruction for `rows` rows from row `first` on.
static inline void th_run_one(
    const th_instruction *instruction, int64_t step, int32_t first, int32_t rows) {
  float *operand[TH_MOST_OPERANDS];
  int32_t stride[TH_MOST_OPERANDS];
  for (int i = 0; i < instruction->operands; i++) {
    const th_operand *place = instruction->operand + i;
    operand[i] = place->start + step * place->step + (ptrdiff_t)first * place->row;
    stride[i] = place->row;
  }
  instruction->kernel(&(th_call){
      .operand = operand, .stride = stride, .size = instruction->size,
      .constant = instruction->constant, .rows = rows, .accumulate = instruction->accumulate});
}

void th_run_steps(
    const th_instruction *instruction, int32_t count, int64_t first, int32_t steps, int32_t rows,
    double *seconds) {
  for (int32_t i = 0; i < count; i++, instruction++) {
    const double before = seconds ? th_now() : 0;
    float *operand[TH_MOST_OPERANDS];
    int32_t stride[TH_MOST_OPERANDS];
    int64_t step[TH_MOST_OPERANDS];
    for (int j = 0; j < instruction->operands; j++) {
      const th_operand *place = instruction->operand + j;
      operand[j] = place->start + first * place->step;
      stride[j] = place->row;
      step[j] = place->step;
    }
    instruction->kernel(&(th_call){
        .operand = operand, .stride = stride, .size = instruction->size,
        .constant = instruction->constant, .rows = rows, .accumulate = instruction->accumulate,
        .steps = steps, .step = step});
    if (seconds) seconds[i] += th_now() - before;
  }
}

void th_run(
    const th_instruction *instruction, int32_t count, int64_t step, int32_t rows, double *seconds) {
  double before = seconds ? th_now() : 0;
  for (int32_t i = 0; i < count;) {
    int32_t end = i + 1;
    const int32_t together = instruction[i].together || rows == 1;
    if (!together)
      while (end < count && !instruction[end].together) end++;
    for (int32_t row = 0; row < (together ? 1 : rows); row++) {
      for (int32_t j = i; j < end; j++) {
        th_run_one(instruction + j, step, row, together ? rows : 1);
        if (seconds) {
          const double now = th_now();
          seconds[j] += now - before;
          before = now;
        }
      }
    }
    i = end;
  }
}
