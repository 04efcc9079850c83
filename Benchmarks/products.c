// Our matrix products beside OpenBLAS's, on one thread, at the shapes of this project; `compare` builds
// and runs it. Each shape is timed in turn, many times, and the fastest of each side counts.
//
//   clang -O2 -I Sources/TapeheadKernels -I Sources/TapeheadKernels/include Benchmarks/products.c
//     Sources/TapeheadKernels/*.c -lopenblas -lm -o products
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "TapeheadKernels.h"

// OpenBLAS's, declared here so that no header has to be found.
enum { ROW_MAJOR = 101, PLAIN = 111, TRANSPOSED = 112 };
void cblas_sgemm(
    int order, int transA, int transB, int m, int n, int k, float alpha, const float *a, int lda,
    const float *b, int ldb, float beta, float *c, int ldc);
void openblas_set_num_threads(int threads);

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static float *numbers(size_t count) {
  float *made = aligned_alloc(64, (count * sizeof(float) + 64 + TH_SLACK * 4) / 64 * 64 + 64);
  for (size_t i = 0; i < count + TH_SLACK; i++) made[i] = (float)(rand() % 2001 - 1000) / 1000;
  return made;
}

/// What is timed: y = x W with `rows` rows, dx = dy Wᵀ (by Wᵀ where micro-batches are of four rows or
/// more, as the planner has it), and dW = Σ xᵀ dy over `samples`.
typedef struct shape {
  const char *name;
  int rows, inputs, outputs;
} shape;

static const shape shapes[] = {
    {"NTM gates", 4, 129, 400}, {"NTM gates", 1, 129, 400},
    {"NTM heads", 4, 100, 92},  {"NTM heads", 1, 100, 92},
    {"NTM output", 4, 120, 8},  {"LSTM layer", 8, 521, 1024},
    {"LSTM layer", 4, 521, 1024},  {"DNC gates", 4, 671, 1024}, {"DNC interface", 4, 256, 471},
};

enum { ROUNDS = 60, SAMPLES = 164 };

static int padded(int n) { return (n + 15) / 16 * 16; }

int main(void) {
  openblas_set_num_threads(1);
  const th_isa isa = th_isa_supported(TH_ISA_AVX512) ? TH_ISA_AVX512
                     : th_isa_supported(TH_ISA_AVX2) ? TH_ISA_AVX2 : TH_ISA_PORTABLE;
  const th_kernel_table *kernels = th_kernels(isa);
  printf("| product | ours, Gflop/s | OpenBLAS | ratio |\n| --- | ---: | ---: | ---: |\n");
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    const int k = shapes[s].inputs, n = shapes[s].outputs, rows = shapes[s].rows;
    const int ldk = padded(k), ldn = padded(n);
    float *x = numbers((size_t)SAMPLES * ldk), *w = numbers((size_t)k * ldn);
    float *transpose = numbers((size_t)n * ldk), *y = numbers((size_t)SAMPLES * ldn);
    float *dw = numbers((size_t)k * ldn), *dx = numbers((size_t)SAMPLES * ldk);
    for (int i = 0; i < k; i++)
      for (int j = n; j < ldn; j++) w[(size_t)i * ldn + j] = 0;
    for (int product = 0; product < 3; product++) {
      static const char *const products[] = {"y = x W", "dx = dy Wᵀ", "dW = xᵀ dy"};
      double ours = 1e9, theirs = 1e9;
      const int steps = SAMPLES / rows;
      const double flops = 2.0 * k * n * (product == 2 ? steps * rows : rows);
      const int repeats = (int)(2e7 / flops) + 1;
      for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int i = 0; i < repeats; i++) {
          if (product == 0)
            kernels->linear(&(th_call){
                .operand = (float *[]){x, w, w, y}, .stride = (int32_t[]){ldk, 0, 0, ldn},
                .size = (int32_t[]){k, n, ldn, 0}, .rows = rows});
          else if (product == 1 && rows >= 4)
            kernels->linear(&(th_call){
                .operand = (float *[]){y, transpose, transpose, dx},
                .stride = (int32_t[]){ldn, 0, 0, ldk}, .size = (int32_t[]){n, k, ldk, 0},
                .rows = rows});
          else if (product == 1)
            kernels->linear_input_gradient(&(th_call){
                .operand = (float *[]){y, w, dx}, .stride = (int32_t[]){ldn, 0, ldk},
                .size = (int32_t[]){k, n, ldn}, .rows = rows});
          else
            kernels->linear_weight_gradient(&(th_call){
                .operand = (float *[]){x, y, dw}, .stride = (int32_t[]){ldk, ldn, 0},
                .size = (int32_t[]){k, n, ldn, steps, ldk * rows, ldn * rows}, .rows = rows});
        }
        double time = (now() - start) / repeats;
        if (time < ours) ours = time;
        start = now();
        for (int i = 0; i < repeats; i++) {
          if (product == 0)
            cblas_sgemm(ROW_MAJOR, PLAIN, PLAIN, rows, n, k, 1, x, ldk, w, ldn, 0, y, ldn);
          else if (product == 1)
            cblas_sgemm(ROW_MAJOR, PLAIN, TRANSPOSED, rows, k, n, 1, y, ldn, w, ldn, 0, dx, ldk);
          else
            cblas_sgemm(
                ROW_MAJOR, TRANSPOSED, PLAIN, k, n, steps * rows, 1, x, ldk, y, ldn, 0, dw, ldn);
        }
        time = (now() - start) / repeats;
        if (time < theirs) theirs = time;
      }
      printf(
          "| %s, %d × %d × %d, %s | %.0f | %.0f | %.2f |\n", shapes[s].name,
          product == 2 ? steps * rows : rows, k, n, products[product], flops / ours / 1e9,
          flops / theirs / 1e9, theirs / ours);
      fflush(stdout);
    }
    float *all[] = {x, w, transpose, y, dw, dx};
    for (int i = 0; i < 6; i++) free(all[i]);
  }
  return 0;
}
