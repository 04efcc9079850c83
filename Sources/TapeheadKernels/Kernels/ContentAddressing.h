// Content addressing: how long each slot is, how similar each slot is to a key, and the weighting.
//
// The memory is stored width-major, M[m][n], so that the n slots lie side by side and every sum
// over the width m is a sum of whole vectors.

TH_INLINE void th_slot_lengths_block(
    const float *memory, float *length, int m, int n, v16 epsilon, v16 floor, int i, int vectors,
    int lanes) {
  v16 sum[TH_MANY];
  TH_EACH(v) sum[v] = th_splat(0);
  for (int j = 0; j < m; j++) {
    const float *row = memory + j * (ptrdiff_t)n + i;
    TH_EACH(v) sum[v] = th_fma(th_load(row + 16 * v), th_load(row + 16 * v), sum[v]);
  }
  TH_EACH(v) {
    v16 root = __builtin_elementwise_sqrt(sum[v] + epsilon);
    th_store_part(length + i + 16 * v, lanes, th_max(floor, root));
  }
}

// slot_lengths: M[m][n] → length[n]. Sizes m, n; constants ε, floor.
// ℓ(i) = max(√(Σⱼ M(j, i)² + ε), floor).
static void th_slot_lengths(const th_call *c) {
  int m = c->size[0], n = c->size[1];
  v16 epsilon = th_splat(c->constant[0]), floor = th_splat(c->constant[1]);
  for (int r = 0; r < c->rows; r++) {
    const float *memory = th_row(c, 0, r);
    float *length = th_row(c, 1, r);
    TH_OVER_SLOTS(n, th_slot_lengths_block, memory, length, m, n, epsilon, floor)
  }
}

TH_INLINE void th_slot_lengths_gradient_block(
    const float *memory, const float *length, const float *dlength, float *dmemory, int m, int n,
    v16 floor, int add, int i, int vectors, int lanes) {
  v16 ratio[TH_MANY];
  TH_EACH(v) {
    v16 l = th_load(length + i + 16 * v);
    ratio[v] = th_select(l > floor, th_load(dlength + i + 16 * v) / l, th_splat(0));
  }
  for (int j = 0; j < m; j++) {
    ptrdiff_t row = j * (ptrdiff_t)n + i;
    TH_EACH(v) {
      th_write(dmemory + row + 16 * v, lanes, ratio[v] * th_load(memory + row + 16 * v), add);
    }
  }
}

// slot_lengths_gradient: M[m][n], length[n], dlength[n] → dM[m][n]. Sizes m, n; constants ε, floor.
// ∂ℓ/∂M = M / ℓ, and 0 where ℓ is the floor, which is at least 0 (so also where ℓ is 0).
static void th_slot_lengths_gradient(const th_call *c) {
  int m = c->size[0], n = c->size[1], add = th_adds(c, 0);
  v16 floor = th_splat(c->constant[1]);
  for (int r = 0; r < c->rows; r++) {
    const float *memory = th_row(c, 0, r), *length = th_row(c, 1, r), *dlength = th_row(c, 2, r);
    float *dmemory = th_row(c, 3, r);
    TH_OVER_SLOTS(
        n, th_slot_lengths_gradient_block, memory, length, dlength, dmemory, m, n, floor, add)
  }
}

TH_INLINE void th_cosine_similarity_block(
    const float *memory, const float *length, const float *key, float *similarity, int m, int n,
    v16 key_length, v16 outer, int i, int vectors, int lanes) {
  v16 dot[TH_MANY], zero = th_splat(0);
  TH_EACH(v) dot[v] = zero;
  for (int j = 0; j < m; j++) {
    v16 k = th_splat(key[j]);
    const float *row = memory + j * (ptrdiff_t)n + i;
    TH_EACH(v) dot[v] = th_fma(th_load(row + 16 * v), k, dot[v]);
  }
  TH_EACH(v) {
    v16 product = th_fma(key_length, th_load(length + i + 16 * v), outer);
    v16 cosine = th_select(product == zero, zero, dot[v] / product);
    th_store_part(similarity + i + 16 * v, lanes, cosine);
  }
}

// cosine_similarity: M[m][n], length[n], keys[h][m] → similarity[h][n], keyLength[h].
// Sizes m, n, h; constants ε, floor, outer.
// κ = max(√(Σⱼ k(j)² + ε), floor);  s(i) = Σⱼ k(j) M(j, i) / (κ ℓ(i) + outer), or 0 for 0 / 0.
static void th_cosine_similarity(const th_call *c) {
  int m = c->size[0], n = c->size[1], heads = c->size[2];
  float epsilon = c->constant[0], floor = c->constant[1];
  v16 outer = th_splat(c->constant[2]);
  for (int r = 0; r < c->rows; r++) {
    const float *memory = th_row(c, 0, r), *length = th_row(c, 1, r);
    for (int h = 0; h < heads; h++) {
      const float *key = th_row(c, 2, r) + (ptrdiff_t)h * m;
      float *similarity = th_row(c, 3, r) + (ptrdiff_t)h * n;
      float root = __builtin_sqrtf(th_dot_of(key, key, m) + epsilon);
      float key_length = floor > root ? floor : root;
      th_row(c, 4, r)[h] = key_length;
      v16 lengths = th_splat(key_length);
      TH_OVER_SLOTS(
          n, th_cosine_similarity_block, memory, length, key, similarity, m, n, lengths, outer)
    }
  }
}

/// One head of the gradient: its pointers, and how it writes.
typedef struct th_similarity {
  const float *memory, *length, *key, *similarity, *dsimilarity;
  float *dmemory, *dlength, *dkey;
  float key_length, outer;
  int add_memory, add_length, add_key;
} th_similarity;

/// Writes dM and dℓ for the slots of the block, adds to dk what they give through the dot product,
/// and returns their lanes of Σᵢ q(i) s(i) ℓ(i).
TH_INLINE v16 th_cosine_gradient_of(
    const th_similarity *s, int m, int n, int i, int vectors, int lanes) {
  v16 q[TH_MANY], zero = th_splat(0), pull = zero, key_length = th_splat(s->key_length);
  TH_EACH(v) {
    int at = i + 16 * v;
    v16 length = th_load_part(s->length + at, lanes, zero);
    v16 cosine = th_load_part(s->similarity + at, lanes, zero);
    v16 product = th_fma(key_length, length, th_splat(s->outer));
    q[v] = th_load_part(s->dsimilarity + at, lanes, zero) / product;
    q[v] = th_select(product == zero, zero, q[v]);
    v16 along = q[v] * cosine;
    pull = th_fma(along, length, pull);
    th_write(s->dlength + at, lanes, -along * key_length, s->add_length);
  }
  for (int j = 0; j < m; j++) {
    const float *row = s->memory + j * (ptrdiff_t)n + i;
    float *drow = s->dmemory + j * (ptrdiff_t)n + i;
    v16 k = th_splat(s->key[j]), sum = zero;
    TH_EACH(v) {
      sum = th_fma(q[v], th_load_part(row + 16 * v, lanes, zero), sum);
      th_write(drow + 16 * v, lanes, q[v] * k, s->add_memory);
    }
    th_write_one(s->dkey + j, th_sum(sum), s->add_key || i > 0);
  }
  return pull;
}
#define TH_COSINE_GRADIENT_BLOCK(s, m, n, pull, i, vectors, lanes) \
  pull += th_cosine_gradient_of(s, m, n, i, vectors, lanes)

// cosine_similarity_gradient: M[m][n], length[n], keys[h][m], keyLength[h], similarity[h][n],
// dsimilarity[h][n] → dM[m][n], dlength[n], dkeys[h][m]. Sizes m, n, h; constants ε, floor, outer.
//
// With D = κ ℓ + outer, s = k·M / D and q = ds / D (0 where D is 0):
//   ∂s/∂M = k / D       so dM(j, i) = Σ_h q(i) k(j);
//   ∂s/∂ℓ = −s κ / D    so dℓ(i) = −Σ_h q(i) s(i) κ;
//   ∂s/∂k = M / D − (s ℓ / D) ∂κ/∂k with ∂κ/∂k = k / κ, or 0 where κ is the floor,
//                       so dk(j) = Σᵢ q(i) M(j, i) − k(j)/κ Σᵢ q(i) s(i) ℓ(i).
// Sums over more than 128 slots are made of sums over 128.
static void th_cosine_similarity_gradient(const th_call *c) {
  int m = c->size[0], n = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    for (int h = 0; h < heads; h++) {
      ptrdiff_t key = (ptrdiff_t)h * m, slots = (ptrdiff_t)h * n;
      th_similarity s = {
          .memory = th_row(c, 0, r), .length = th_row(c, 1, r), .key = th_row(c, 2, r) + key,
          .similarity = th_row(c, 4, r) + slots, .dsimilarity = th_row(c, 5, r) + slots,
          .dmemory = th_row(c, 6, r), .dlength = th_row(c, 7, r), .dkey = th_row(c, 8, r) + key,
          .key_length = th_row(c, 3, r)[h], .outer = c->constant[2],
          .add_memory = th_adds(c, 0) || h > 0, .add_length = th_adds(c, 1) || h > 0,
          .add_key = th_adds(c, 2)};
      v16 pull = th_splat(0);
      TH_OVER_SLOTS(n, TH_COSINE_GRADIENT_BLOCK, &s, m, n, pull)
      if (s.key_length <= c->constant[1]) continue;
      v16 turn = th_splat(-th_sum(pull) / s.key_length);
      TH_OVER(m, j, lanes, { th_write(s.dkey + j, lanes, turn * th_load(s.key + j), 1); })
    }
  }
}
#undef TH_COSINE_GRADIENT_BLOCK

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
