// Content look-up under a mask: the cosine of m ∘ k and m ∘ M(i) (Csordás & Schmidhuber 2019).

TH_INLINE void th_masked_similarity_block(
    const float *memory, const float *key, const float *mask, float *similarity, float *length,
    int m, int n, float key_length, const float *constant, int i, int vectors, int lanes) {
  v16 dot[TH_MANY], squares[TH_MANY], zero = th_splat(0);
  TH_EACH(v) dot[v] = squares[v] = zero;
  for (int j = 0; j < m; j++) {
    v16 seen = th_splat(mask[j]), k = th_splat(mask[j] * key[j]);
    TH_EACH(v) {
      v16 x = seen * th_load(memory + j * (ptrdiff_t)n + i + 16 * v);
      dot[v] = th_fma(k, x, dot[v]);
      squares[v] = th_fma(x, x, squares[v]);
    }
  }
  TH_EACH(v) {
    v16 root = __builtin_elementwise_sqrt(squares[v] + th_splat(constant[0]));
    v16 l = th_max(th_splat(constant[1]), root);
    v16 product = th_fma(th_splat(key_length), l, th_splat(constant[2]));
    th_store_part(length + i + 16 * v, lanes, l);
    th_store_part(
        similarity + i + 16 * v, lanes, th_select(product == zero, zero, dot[v] / product));
  }
}

// masked_similarity: M[m][n], keys[h][m], masks[h][m] → s[h][n], length[h][n], keyLength[h].
// Sizes m, n, h; constants ε, floor, outer.
// κ = max(√(Σⱼ (m(j) k(j))² + ε), floor), ℓ(i) = max(√(Σⱼ (m(j) M(j, i))² + ε), floor),
// s(i) = Σⱼ m(j)² k(j) M(j, i) / (κ ℓ(i) + outer), or 0 for 0 / 0.
static void th_masked_similarity(const th_call *c) {
  int m = c->size[0], n = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    const float *memory = th_row(c, 0, r);
    for (int h = 0; h < heads; h++) {
      ptrdiff_t word = (ptrdiff_t)h * m, slots = (ptrdiff_t)h * n;
      const float *key = th_row(c, 1, r) + word, *mask = th_row(c, 2, r) + word;
      float *similarity = th_row(c, 3, r) + slots, *length = th_row(c, 4, r) + slots;
      v16 squares = th_splat(0), zero = squares;
      TH_OVER(m, j, lanes, {
        v16 x = th_load_part(mask + j, lanes, zero) * th_load_part(key + j, lanes, zero);
        squares = th_fma(x, x, squares);
      })
      float root = __builtin_sqrtf(th_sum(squares) + c->constant[0]);
      float key_length = c->constant[1] > root ? c->constant[1] : root;
      th_row(c, 5, r)[h] = key_length;
      TH_OVER_SLOTS(
          n, th_masked_similarity_block, memory, key, mask, similarity, length, m, n, key_length,
          c->constant)
    }
  }
}

/// One head of the gradient: its pointers, and how it writes.
typedef struct th_masked {
  const float *memory, *key, *mask, *similarity, *length, *dsimilarity;
  float *dmemory, *dkey, *dmask;
  float key_length, floor, outer;
  int m, n, add_memory, add_key, add_mask;
} th_masked;

/// Writes dM for the slots of the block, adds to dk and dm what does not pass through κ, and
/// returns their lanes of Σᵢ q(i) s(i) ℓ(i).
TH_INLINE v16 th_masked_gradient_of(const th_masked *s, int i, int vectors, int lanes) {
  v16 q[TH_MANY], turn[TH_MANY], zero = th_splat(0), pull = zero;
  TH_EACH(v) {
    int at = i + 16 * v;
    v16 l = th_load_part(s->length + at, lanes, zero), key_length = th_splat(s->key_length);
    v16 cosine = th_load_part(s->similarity + at, lanes, zero);
    v16 product = th_fma(key_length, l, th_splat(s->outer));
    q[v] = th_load_part(s->dsimilarity + at, lanes, zero) / product;
    q[v] = th_select(product == zero, zero, q[v]);
    turn[v] = th_select(l > th_splat(s->floor), -(q[v] * cosine * key_length) / l, zero);
    pull = th_fma(q[v] * cosine, l, pull);
  }
  for (int j = 0; j < s->m; j++) {
    ptrdiff_t row = j * (ptrdiff_t)s->n + i;
    float key = s->key[j], mask = s->mask[j];
    v16 square = th_splat(mask * mask), dots = zero, squares = zero;
    TH_EACH(v) {
      v16 x = th_load_part(s->memory + row + 16 * v, lanes, zero);
      v16 turned = turn[v] * x;
      dots = th_fma(q[v], x, dots);
      squares = th_fma(turned, x, squares);
      v16 dx = square * th_fma(q[v], th_splat(key), turned);
      th_write(s->dmemory + row + 16 * v, lanes, dx, s->add_memory);
    }
    float dot = th_sum(dots), through_mask = 2 * key * dot + th_sum(squares);
    th_write_one(s->dkey + j, mask * mask * dot, s->add_key || i > 0);
    th_write_one(s->dmask + j, mask * through_mask, s->add_mask || i > 0);
  }
  return pull;
}
#define TH_MASKED_GRADIENT_BLOCK(s, pull, i, vectors, lanes) \
  pull += th_masked_gradient_of(s, i, vectors, lanes)

// masked_similarity_gradient: M[m][n], keys[h][m], masks[h][m], s[h][n], length[h][n],
// keyLength[h], ds[h][n] → dM[m][n], dkeys[h][m], dmasks[h][m]. Sizes m, n, h; constants ε, floor,
// outer.
//
// With D = κ ℓ + outer, q = ds / D (0 where D is 0), t = −q s κ / ℓ (0 where ℓ is the floor),
// A(j) = Σᵢ q(i) M(j, i), B(j) = Σᵢ t(i) M(j, i)² and C = Σᵢ q(i) s(i) ℓ(i) / κ (0 where κ is the
// floor):
//   dM(j, i) = Σ_h m² (q(i) k + t(i) M(j, i)),
//   dk(j) = m² (A − k C),  dm(j) = m (2 k A + B − k² C).
static void th_masked_similarity_gradient(const th_call *c) {
  int m = c->size[0], n = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    for (int h = 0; h < heads; h++) {
      ptrdiff_t word = (ptrdiff_t)h * m, slots = (ptrdiff_t)h * n;
      th_masked s = {
          .memory = th_row(c, 0, r), .key = th_row(c, 1, r) + word,
          .mask = th_row(c, 2, r) + word, .similarity = th_row(c, 3, r) + slots,
          .length = th_row(c, 4, r) + slots, .key_length = th_row(c, 5, r)[h],
          .dsimilarity = th_row(c, 6, r) + slots, .dmemory = th_row(c, 7, r),
          .dkey = th_row(c, 8, r) + word, .dmask = th_row(c, 9, r) + word,
          .floor = c->constant[1], .outer = c->constant[2], .m = m, .n = n,
          .add_memory = th_adds(c, 0) || h > 0, .add_key = th_adds(c, 1),
          .add_mask = th_adds(c, 2)};
      v16 pull = th_splat(0);
      TH_OVER_SLOTS(n, TH_MASKED_GRADIENT_BLOCK, &s, pull)
      if (s.key_length <= s.floor) continue;
      v16 along = th_splat(-th_sum(pull) / s.key_length);
      TH_OVER(m, j, lanes, {
        v16 k = th_load(s.key + j), x = th_load(s.mask + j), turned = along * k * x;
        th_write(s.dkey + j, lanes, turned * x, 1);
        th_write(s.dmask + j, lanes, turned * k, 1);
      })
    }
  }
}
#undef TH_MASKED_GRADIENT_BLOCK
