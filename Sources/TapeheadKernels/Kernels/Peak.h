// As many multiplications and additions as the processor can do: what products are held against.

enum {
  /// Sums that do not wait for each other: at least twice an fma's latency, and no more than registers hold.
#if defined(TH_WIDE_TILES)
  TH_PEAK_SUMS = 16,
#else
  TH_PEAK_SUMS = 6,
#endif
};

// peak: y[16] → y, operations[1]: how many floating-point operations a round took.
// Size rounds, constant factor. y is what the sums come to, so that they have to be made.
static void th_peak(const th_call *c) {
  const v16 factor = th_splat(c->constant[0]), addend = th_load(c->operand[0]);
  v16 sum[TH_PEAK_SUMS];
#pragma clang loop unroll(full)
  for (int i = 0; i < TH_PEAK_SUMS; i++) sum[i] = addend * th_splat((float)i);
  for (int round = 0; round < c->size[0]; round++)
#pragma clang loop unroll(full)
    for (int i = 0; i < TH_PEAK_SUMS; i++) sum[i] = th_fma(sum[i], factor, addend);
  v16 total = sum[0];
#pragma clang loop unroll(full)
  for (int i = 1; i < TH_PEAK_SUMS; i++) total += sum[i];
  th_store(c->operand[0], total);
  c->operand[1][0] = 2.0f * 16.0f * TH_PEAK_SUMS;
}
