// Content addressing: how similar each slot is to each key, and the weighting.
//
// The memory is stored width-major, M[m][n], so that the n slots lie side by side and every sum
// over the width m is a sum of whole vectors. One pass over the memory serves two heads.

enum {
  /// Heads of one pass over the memory: their sums are held in registers.
  TH_PASS_HEADS = 2,
  /// Entries of a slot whose sums over slots are made together.
  TH_PASS_ENTRIES = 16 / TH_PASS_HEADS,
};

/// Runs the statement for each head h of a pass.
#define TH_PASS(h) _Pragma("unroll") for (int h = 0; h < heads; h++)

/// 1 / x for x ≥ 0, or 0 where x is 0; an x near the smallest floats is lifted before.
TH_INLINE v16 th_inverse_or_zero(v16 x) {
  const v16 one = th_splat(1.0f), zero = th_splat(0.0f);
  const v16 lift = th_select(x < th_splat(0x1p-60f), th_splat(0x1p64f), one);
  return th_select(x == zero, zero, th_v_inverse(x * lift) * lift);
}

/// 1 / (κ ℓ + outer), given ℓ and 1 / ℓ; the inverse of κ is 1 / κ, or 0 where it is 0.
TH_INLINE v16 th_inverse_product(
    v16 length, v16 inverse_length, float key_length, float inverse_key, float outer) {
  if (outer == 0) return inverse_length * th_splat(inverse_key);
  return th_inverse_or_zero(th_fma(th_splat(key_length), length, th_splat(outer)));
}

/// One row of cosine_similarity, from the first head of a pass on.
typedef struct th_similarity {
  const float *memory, *key, *key_length;
  float *similarity, *length;
  int m, n;
  float epsilon, floor, outer;
} th_similarity;

/// The similarities of `heads` keys to the slots of a block; the lengths of the slots are made by
/// the first pass and read by the others.
TH_INLINE void th_similarity_block(
    const th_similarity s, const int heads, const int first, int i, int vectors, int lanes) {
  v16 dot[TH_PASS_HEADS][TH_MANY], square[TH_MANY], zero = th_splat(0);
  TH_EACH(v) square[v] = zero;
  TH_PASS(h) TH_EACH(v) dot[h][v] = zero;
  for (int j = 0; j < s.m; j++) {
    const float *row = s.memory + j * (ptrdiff_t)s.n + i;
    v16 key[TH_PASS_HEADS];
    TH_PASS(h) key[h] = th_splat(s.key[(ptrdiff_t)h * s.m + j]);
    TH_EACH(v) {
      const v16 entry = th_load(row + 16 * v);
      if (first) square[v] = th_fma(entry, entry, square[v]);
      TH_PASS(h) dot[h][v] = th_fma(entry, key[h], dot[h][v]);
    }
  }
  float inverse_key[TH_PASS_HEADS];
  TH_PASS(h) inverse_key[h] = s.key_length[h] > 0 ? 1 / s.key_length[h] : 0;
  TH_EACH(v) {
    float *at = s.length + i + 16 * v;
    v16 length, inverse;
    if (first) {
      const v16 x = square[v] + th_splat(s.epsilon), floor = th_splat(s.floor);
      inverse = th_v_inverse_root(x);
      length = th_v_root(x, inverse);
      const i16 cut = length <= floor;
      length = th_select(cut, floor, length);
      inverse = th_select(cut, th_splat(s.floor > 0 ? 1 / s.floor : 0), inverse);
      th_store_part(at, lanes, length);
    } else {
      length = th_load(at);
      inverse = th_inverse_or_zero(length);
    }
    TH_PASS(h) {
      float *similarity = s.similarity + (ptrdiff_t)h * s.n + i + 16 * v;
      const v16 rough =
          th_inverse_product(length, inverse, s.key_length[h], inverse_key[h], s.outer);
      const v16 product = th_fma(th_splat(s.key_length[h]), length, th_splat(s.outer));
      const v16 cosine = dot[h][v] * rough;
      // The residual corrects the quotient.
      th_store_part(
          similarity, lanes, th_fma(th_fma(-cosine, product, dot[h][v]), rough, cosine));
    }
  }
}
#define TH_SIMILARITY_BLOCK(s, heads, first, i, vectors, lanes) \
  th_similarity_block(s, heads, first, i, vectors, lanes)

// cosine_similarity: M[m][n], keys[h][m] → similarity[h][n], keyLength[h], length[n].
// Sizes m, n, h; constants ε, floor, outer.
// ℓ(i) = max(√(Σⱼ M(j, i)² + ε), floor), κ likewise of the key;
// s(i) = Σⱼ k(j) M(j, i) / (κ ℓ(i) + outer), or 0 where the divisor is 0.
static void th_cosine_similarity(const th_call *c) {
  const int m = c->size[0], n = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    th_similarity s = {
        .memory = th_row(c, 0, r), .key = th_row(c, 1, r), .similarity = th_row(c, 2, r),
        .key_length = th_row(c, 3, r), .length = th_row(c, 4, r), .m = m, .n = n,
        .epsilon = c->constant[0], .floor = c->constant[1], .outer = c->constant[2]};
    for (int h = 0; h < heads; h++) {
      const float *key = s.key + (ptrdiff_t)h * m;
      const float root = __builtin_sqrtf(th_dot_of(key, key, m) + s.epsilon);
      th_row(c, 3, r)[h] = s.floor > root ? s.floor : root;
    }
    for (int h = 0; h < heads; h += TH_PASS_HEADS) {
      if (heads - h == 1 && h == 0) {
        TH_OVER_SLOTS(n, TH_SIMILARITY_BLOCK, s, 1, 1)
      } else if (heads - h == 1) {
        TH_OVER_SLOTS(n, TH_SIMILARITY_BLOCK, s, 1, 0)
      } else if (h == 0) {
        TH_OVER_SLOTS(n, TH_SIMILARITY_BLOCK, s, 2, 1)
      } else {
        TH_OVER_SLOTS(n, TH_SIMILARITY_BLOCK, s, 2, 0)
      }
      s.key += TH_PASS_HEADS * (ptrdiff_t)m;
      s.key_length += TH_PASS_HEADS;
      s.similarity += TH_PASS_HEADS * (ptrdiff_t)n;
    }
  }
}
#undef TH_SIMILARITY_BLOCK

/// One row of the gradient, from the first head of a pass on, and how it writes.
typedef struct th_similarity_gradient {
  const float *memory, *key, *key_length, *length, *similarity, *dsimilarity;
  float *dmemory, *dkey;
  int m, n;
  float floor, outer;
  int add_memory, add_key;
} th_similarity_gradient;

/// Writes what `heads` heads give to dM for the slots of a block, adds to dk what they give through the
/// dot product, and to pull[h] the lanes of Σᵢ q(i) s(i) ℓ(i).
TH_INLINE void th_similarity_gradient_block(
    const th_similarity_gradient s, v16 *pull, const int heads, const int add_memory, int i,
    int vectors, int lanes) {
  v16 q[TH_PASS_HEADS][TH_MANY], along[TH_MANY], zero = th_splat(0);
  float inverse_key[TH_PASS_HEADS];
  TH_PASS(h) inverse_key[h] = s.key_length[h] > 0 ? 1 / s.key_length[h] : 0;
  TH_EACH(v) {
    const int at = i + 16 * v;
    const v16 length = th_load_part(s.length + at, lanes, zero);
    const v16 inverse = th_inverse_or_zero(length);
    v16 dlength = zero;
    TH_PASS(h) {
      const ptrdiff_t slots = (ptrdiff_t)h * s.n + at;
      q[h][v] = th_load_part(s.dsimilarity + slots, lanes, zero)
          * th_inverse_product(length, inverse, s.key_length[h], inverse_key[h], s.outer);
      const v16 part = q[h][v] * th_load_part(s.similarity + slots, lanes, zero);
      pull[h] = th_fma(part, length, pull[h]);
      dlength = th_fma(-part, th_splat(s.key_length[h]), dlength);
    }
    along[v] = th_select(length > th_splat(s.floor), dlength * inverse, zero);
  }
  for (int j = 0; j < s.m; j += TH_PASS_ENTRIES) {
    const int entries = s.m - j < TH_PASS_ENTRIES ? s.m - j : TH_PASS_ENTRIES;
    v16 sums[16];
    for (int e = 0; e < 16; e++) sums[e] = zero;
    for (int e = 0; e < entries; e++) {
      const ptrdiff_t row = (j + e) * (ptrdiff_t)s.n + i;
      v16 key[TH_PASS_HEADS], sum[TH_PASS_HEADS];
      TH_PASS(h) {
        key[h] = th_splat(s.key[(ptrdiff_t)h * s.m + j + e]);
        sum[h] = zero;
      }
      TH_EACH(v) {
        const v16 entry = th_load_part(s.memory + row + 16 * v, lanes, zero);
        v16 d = along[v] * entry;
        TH_PASS(h) {
          sum[h] = th_fma(q[h][v], entry, sum[h]);
          d = th_fma(q[h][v], key[h], d);
        }
        th_write(s.dmemory + row + 16 * v, lanes, d, add_memory);
      }
      TH_PASS(h) sums[h * TH_PASS_ENTRIES + e] = sum[h];
    }
    float total[16];
    th_store(total, th_sum_of_each(sums));
    TH_PASS(h)
      for (int e = 0; e < entries; e++)
        th_write_one(
            s.dkey + (ptrdiff_t)h * s.m + j + e, total[h * TH_PASS_ENTRIES + e],
            s.add_key || i > 0);
  }
}
#define TH_SIMILARITY_GRADIENT_BLOCK(s, pull, heads, add, i, vectors, lanes) \
  th_similarity_gradient_block(s, pull, heads, add, i, vectors, lanes)

// cosine_similarity_gradient: M[m][n], keys[h][m], similarity[h][n], keyLength[h], length[n],
// dsimilarity[h][n] → dM[m][n], dkeys[h][m]. Sizes m, n, h; constants ε, floor, outer.
//
// With D = κ ℓ + outer, s = k·M / D and q = ds / D (0 where D is 0):
//   ∂s/∂M = k / D, and through the length, with ∂ℓ/∂M = M / ℓ (0 where ℓ is the floor):
//     dℓ(i) = −Σ_h q(i) s(i) κ, so dM(j, i) = Σ_h q(i) k(j) + M(j, i) dℓ(i) / ℓ(i);
//   ∂s/∂k = M / D − (s ℓ / D) ∂κ/∂k with ∂κ/∂k = k / κ, or 0 where κ is the floor,
//     so dk(j) = Σᵢ q(i) M(j, i) − k(j)/κ Σᵢ q(i) s(i) ℓ(i).
// Sums over more than 128 slots are made of sums over 128.
static void th_cosine_similarity_gradient(const th_call *c) {
  const int m = c->size[0], n = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    th_similarity_gradient s = {
        .memory = th_row(c, 0, r), .key = th_row(c, 1, r), .similarity = th_row(c, 2, r),
        .key_length = th_row(c, 3, r), .length = th_row(c, 4, r),
        .dsimilarity = th_row(c, 5, r), .dmemory = th_row(c, 6, r), .dkey = th_row(c, 7, r),
        .m = m, .n = n, .floor = c->constant[1], .outer = c->constant[2],
        .add_memory = th_adds(c, 0), .add_key = th_adds(c, 1)};
    for (int first = 0; first < heads; first += TH_PASS_HEADS) {
      const int pass = heads - first < TH_PASS_HEADS ? heads - first : TH_PASS_HEADS;
      v16 pull[TH_PASS_HEADS];
      for (int h = 0; h < TH_PASS_HEADS; h++) pull[h] = th_splat(0);
      if (pass == 1 && s.add_memory) {
        TH_OVER_SLOTS(n, TH_SIMILARITY_GRADIENT_BLOCK, s, pull, 1, 1)
      } else if (pass == 1) {
        TH_OVER_SLOTS(n, TH_SIMILARITY_GRADIENT_BLOCK, s, pull, 1, 0)
      } else if (s.add_memory) {
        TH_OVER_SLOTS(n, TH_SIMILARITY_GRADIENT_BLOCK, s, pull, 2, 1)
      } else {
        TH_OVER_SLOTS(n, TH_SIMILARITY_GRADIENT_BLOCK, s, pull, 2, 0)
      }
      for (int h = 0; h < pass; h++) {
        if (s.key_length[h] <= s.floor) continue;
        const float *key = s.key + (ptrdiff_t)h * m;
        float *dkey = s.dkey + (ptrdiff_t)h * m;
        const v16 turn = th_splat(-th_sum(pull[h]) / s.key_length[h]);
        TH_OVER(m, j, lanes, { th_write(dkey + j, lanes, turn * th_load(key + j), 1); })
      }
      s.key += TH_PASS_HEADS * (ptrdiff_t)m;
      s.dkey += TH_PASS_HEADS * (ptrdiff_t)m;
      s.key_length += TH_PASS_HEADS;
      s.similarity += TH_PASS_HEADS * (ptrdiff_t)n;
      s.dsimilarity += TH_PASS_HEADS * (ptrdiff_t)n;
      s.add_memory = 1;
    }
  }
}
#undef TH_SIMILARITY_GRADIENT_BLOCK

// content_weighting: similarity[h][n], strength[h] → w[h][n]. Sizes n, h.
// w^c(i) = softmaxᵢ(β s(i)) (NTM, equation 5).
static void th_content_weighting(const th_call *c) {
  int n = c->size[0], heads = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    for (int h = 0; h < heads; h++) {
      ptrdiff_t slots = (ptrdiff_t)h * n;
      th_softmax_of(th_row(c, 0, r) + slots, th_row(c, 1, r)[h], th_row(c, 2, r) + slots, n);
    }
  }
}

// content_weighting_gradient: similarity[h][n], strength[h], w[h][n], dw[h][n] → dsimilarity[h][n],
// dstrength[h]. Sizes n, h.
// Let z = β s: dz(j) = w(j) (dw(j) − Σᵢ dw(i) w(i)), as for the softmax; ds = β dz
// and dβ = Σᵢ s(i) dz(i). Where one slot has nearly all the weight, its dw is nearly the mean, and the
// rounding of the mean, times β, would be most of its dz: so the mean is refined by the mean of
// what it leaves over. Σ dz is 0, so dβ = Σᵢ (s(i) − s̄) dz(i) with s̄ = Σ w s, which keeps the digits.
static void th_content_weighting_gradient(const th_call *c) {
  int n = c->size[0], heads = c->size[1], add = th_adds(c, 0);
  for (int r = 0; r < c->rows; r++) {
    for (int h = 0; h < heads; h++) {
      ptrdiff_t slots = (ptrdiff_t)h * n;
      const float *similarity = th_row(c, 0, r) + slots, *w = th_row(c, 2, r) + slots;
      const float *dw = th_row(c, 3, r) + slots;
      float *dsimilarity = th_row(c, 4, r) + slots;
      v16 mean = th_splat(th_dot_of(w, dw, n)), strength = th_splat(th_row(c, 1, r)[h]);
      v16 centre = th_splat(th_dot_of(w, similarity, n)), sum = th_splat(0), zero = sum;
      v16 missed = zero;
      TH_OVER(n, i, lanes, {
        v16 part = th_load_part(dw + i, lanes, zero) - mean;
        missed = th_fma(th_load_part(w + i, lanes, zero), part, missed);
      })
      v16 rest = th_splat(th_sum(missed));
      TH_OVER(n, i, lanes, {
        v16 error = th_load_part(dw + i, lanes, zero) - mean - rest;
        v16 dz = th_load_part(w + i, lanes, zero) * error;
        sum = th_fma(th_load_part(similarity + i, lanes, zero) - centre, dz, sum);
        th_write(dsimilarity + i, lanes, strength * dz, add);
      })
      th_write_one(th_row(c, 5, r) + h, th_sum(sum), th_adds(c, 1));
    }
  }
}
