// The K largest of n numbers: what sparse links keep of a weighting, and of the links of a slot (DNC,
// methods, "Sparse link matrix").
//
// Of equal numbers those in front count as larger, so every instruction set finds the same ones.

/// A sum below this is no sum to divide by.
#define TH_NO_SUM 1e-30f

/// The smallest of the numbers kept, and where it stands.
typedef struct th_least {
  float value;
  int at;
} th_least;

/// Whether x at place i is kept.
TH_INLINE int th_is_kept(th_least least, float x, int i) {
  return x > least.value || (x == least.value && i <= least.at);
}

/// Whether a would have to go before b.
TH_INLINE int th_goes_first(th_least a, th_least b) {
  return a.value < b.value || (a.value == b.value && a.at > b.at);
}

/// Lets the entry at the root of a heap sink until those below it go after it.
TH_INLINE void th_sink(th_least *heap, int root, int count) {
  th_least entry = heap[root];
  for (int child; (child = 2 * root + 1) < count; root = child) {
    if (child + 1 < count && th_goes_first(heap[child + 1], heap[child])) child++;
    if (!th_goes_first(heap[child], entry)) break;
    heap[root] = heap[child];
  }
  heap[root] = entry;
}

/// The least of the k largest of n > 0 numbers, k from 1 to TH_MOST_KEPT: a heap of those seen so
/// far, the next to go at its root.
static th_least th_least_kept(const float *x, int n, int k) {
  if (k >= n) return (th_least){.value = -__builtin_inff(), .at = n};
  th_least heap[TH_MOST_KEPT];
  for (int i = 0; i < k; i++) heap[i] = (th_least){x[i], i};
  for (int root = k / 2 - 1; root >= 0; root--) th_sink(heap, root, k);
  for (int i = k; i < n; i++) {
    if (!(x[i] > heap[0].value)) continue;
    heap[0] = (th_least){x[i], i};
    th_sink(heap, 0, k);
  }
  return heap[0];
}

// keep_largest: x[n] → y[n], places[k], lost[1]. Sizes n, k ≤ n.
// With T the sum of the k largest numbers and R that of all others: y = x (1 + R / T) for the former
// and 0 for the latter, so that Σ y = Σ x; lost = R / T. Where T is next to nothing, lost is 0.
static void th_keep_largest(const th_call *c) {
  int n = c->size[0], k = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    const float *x = th_row(c, 0, r);
    float *y = th_row(c, 1, r), *places = th_row(c, 2, r), *lost = th_row(c, 3, r);
    th_least least = th_least_kept(x, n, k);
    float kept = 0, rest = 0;
    int found = 0;
    for (int i = 0; i < n; i++) {
      if (th_is_kept(least, x[i], i) && found < k) {
        kept += x[i];
        places[found++] = (float)i;
      } else {
        rest += x[i];
      }
    }
    *lost = kept > TH_NO_SUM ? rest / kept : 0;
    TH_OVER(n, i, lanes, { th_store_part(y + i, lanes, th_splat(0)); })
    for (int j = 0; j < found; j++) y[(int)places[j]] = x[(int)places[j]] * (1 + *lost);
    // Of numbers that are none, too few are found.
    for (; found < k; found++) places[found] = (float)(n - 1);
  }
}

// keep_largest_gradient: x[n], places[k], lost[1], dy[n] → dx[n]. Sizes n, k.
// With D = Σ dy x over the k largest: dx = dy (1 + R / T) − (D / T) (R / T) for these, and D / T for
// all others.
static void th_keep_largest_gradient(const th_call *c) {
  int n = c->size[0], k = c->size[1], add = th_adds(c, 0);
  for (int r = 0; r < c->rows; r++) {
    const float *x = th_row(c, 0, r), *places = th_row(c, 1, r), *dy = th_row(c, 3, r);
    float lost = *th_row(c, 2, r), *dx = th_row(c, 4, r), kept = 0, d = 0;
    for (int j = 0; j < k; j++) {
      int i = (int)places[j];
      kept += x[i];
      d += dy[i] * x[i];
    }
    float share = kept > TH_NO_SUM ? d / kept : 0;
    for (int j = 0, start = 0; j <= k; j++) {
      int i = j < k ? (int)places[j] : n;
      for (int other = start; other < i; other++) th_write_one(dx + other, share, add);
      if (j < k) th_write_one(dx + i, dy[i] * (1 + lost) - share * lost, add);
      start = i + 1;
    }
  }
}
#undef TH_NO_SUM
