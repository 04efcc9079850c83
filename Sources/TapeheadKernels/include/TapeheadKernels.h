// The vector kernels of Tapehead and the choice of an instruction set.
//
// Every kernel has one signature and does one operation for all rows (sequences) of a micro-batch.
// The same source is compiled for AVX-512, for AVX2 with FMA, and portably (what ARM gets). Lanes and
// order of summation are fixed, so all three give the same bits.
#ifndef TAPEHEAD_KERNELS_H
#define TAPEHEAD_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// What one call of a kernel works on.
///
/// Floats may be read up to TH_SLACK floats past the end of any row; such floats never influence a
/// result and are never changed (they may be written back as they were).
typedef struct th_call {
  /// Where row 0 of each operand starts; inputs first, then outputs, in the order the kernel documents.
  float *const *operand;
  /// Floats from one row of an operand to the next; 0 for an operand that all rows share.
  const int32_t *stride;
  /// The kernel's sizes, in the order the kernel documents.
  const int32_t *size;
  /// The kernel's constants, in the order the kernel documents.
  const float *constant;
  /// Rows in this call.
  int32_t rows;
  /// Bit j: add to output j instead of overwriting it.
  uint32_t accumulate;
  /// Time steps in this call: more than one only for kernels that say so, and 0 counts as one.
  int32_t steps;
  /// Floats from one step of an operand to the next, where there are several; 0 for what all steps share.
  const int64_t *step;
} th_call;

typedef void (*th_kernel)(const th_call *call);

/// Floats that may be read past the end of a row: every buffer has at least this many behind it.
enum { TH_SLACK = 16 };

/// How many numbers keep_largest can keep, and how many links sparse links can have to a slot.
enum { TH_MOST_KEPT = 1024 };

/// What the kernel sharpen leaves for its gradient: W, the largest weight, log W, what the results lack of a sum of
/// 1, and the largest of them.
typedef enum th_sharpening {
  TH_LARGEST_WEIGHT,
  TH_ITS_LOGARITHM,
  TH_MISSING,
  TH_LARGEST_RESULT,
  TH_SHARPENING_FACTS,
} th_sharpening;

/// What the kernel activate does to a segment of a row.
typedef enum th_activation {
  TH_ACTIVATION_IDENTITY = 0,
  TH_ACTIVATION_TANH = 1,
  TH_ACTIVATION_SIGMOID = 2,
  /// ln(1 + eˣ)
  TH_ACTIVATION_SOFTPLUS = 3,
  /// 1 + ln(1 + eˣ)
  TH_ACTIVATION_ONEPLUS = 4,
  /// Over the segment.
  TH_ACTIVATION_SOFTMAX = 5,
  TH_ACTIVATION_RELU = 6,
} th_activation;

#include "KernelList.h"

/// One function a kernel, for one instruction set.
typedef struct th_kernel_table {
#define TH_FIELD(name) th_kernel name;
  TH_KERNEL_LIST(TH_FIELD)
#undef TH_FIELD
} th_kernel_table;

/// A kernel with everything that it needs for any step.
typedef struct th_instruction {
  th_kernel kernel;
  /// By operand: row 0 at step 0.
  float *const *start;
  /// By operand: floats to where it stands one step later.
  const int64_t *step;
  /// By operand: floats from one row to the next; 0 for what all rows share.
  const int32_t *row;
  const int32_t *size;
  const float *constant;
  int32_t operands;
  uint32_t accumulate;
  /// Whether all rows are taken in one call; neighbours for which this is 0 are run for row 0, then
  /// all of them for row 1, …, so that what a row works on stays in the cache.
  int32_t together;
} th_instruction;

/// The most operands of an instruction.
enum { TH_MOST_OPERANDS = 16 };

/// Runs a kernel once. In it, as in all that is run, subnormal numbers count as 0.
void th_run_kernel(th_kernel kernel, const th_call *call);

/// Runs instructions for one step of all rows; adds to seconds[i], unless it is null, what the i-th took.
void th_run(
    const th_instruction *instruction, int32_t count, int64_t step, int32_t rows, double *seconds);

/// Runs instructions whose kernels take several steps for `steps` steps of all rows from step `first` on, in one
/// call each.
void th_run_steps(
    const th_instruction *instruction, int32_t count, int64_t first, int32_t steps, int32_t rows,
    double *seconds);

/// Tells the processor that this thread waits for another for a moment.
static inline void th_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

typedef enum th_isa { TH_ISA_PORTABLE = 0, TH_ISA_AVX2 = 1, TH_ISA_AVX512 = 2 } th_isa;

/// Whether this processor (and this build) can run the instruction set.
int th_isa_supported(th_isa isa);

/// The kernels of an instruction set, which must be supported.
const th_kernel_table *th_kernels(th_isa isa);

#endif
