// Writing to a memory: heads first erase, then add (NTM, equations 3 and 4).
//
// M[m][n] is width-major; head h erases w_h(i) e_h(j) of the entry (j, i) and adds
// w_h(i) a_h(j).

TH_INLINE void th_write_once_block(
    const float *memory, const float *w, const float *erase, const float *add, float *written,
    int m, int n, int i, int vectors, int lanes) {
  v16 weight[TH_MANY];
  TH_EACH(v) weight[v] = th_load(w + i + 16 * v);
  for (int j = 0; j < m; j++) {
    ptrdiff_t row = j * (ptrdiff_t)n + i;
    v16 e = th_splat(-erase[j]), a = th_splat(add[j]);
    TH_EACH(v) {
      v16 old = th_load(memory + row + 16 * v);
      v16 kept = th_fma(weight[v] * e, old, old);
      th_store_part(written + row + 16 * v, lanes, th_fma(weight[v], a, kept));
    }
  }
}

TH_INLINE void th_write_block(
    const float *memory, const float *w, const float *erase, const float *add, float *written,
    int m, int n, int heads, int i, int vectors, int lanes) {
  for (int j = 0; j < m; j++) {
    ptrdiff_t row = j * (ptrdiff_t)n + i;
    v16 kept[TH_MANY], added[TH_MANY];
    TH_EACH(v) kept[v] = th_load(memory + row + 16 * v);
    TH_EACH(v) added[v] = th_splat(0);
    for (int h = 0; h < heads; h++) {
      const float *weights = w + (ptrdiff_t)h * n + i;
      v16 e = th_splat(-erase[(ptrdiff_t)h * m + j]), a = th_splat(add[(ptrdiff_t)h * m + j]);
      TH_EACH(v) {
        v16 weight = th_load(weights + 16 * v);
        kept[v] = th_fma(weight * e, kept[v], kept[v]);
        added[v] = th_fma(weight, a, added[v]);
      }
    }
    TH_EACH(v) th_store_part(written + row + 16 * v, lanes, kept[v] + added[v]);
  }
}

// erase_and_add: M[m][n], w[h][n], e[h][m], a[h][m] → M′[m][n]. Sizes m, n, h. M′ may be M itself.
// M′ = M ∘ Π_h (1 − e_h w_hᵀ) + Σ_h a_h w_hᵀ: all erase before any adds, in any order.
static void th_erase_and_add(const th_call *c) {
  int m = c->size[0], n = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    const float *memory = th_row(c, 0, r), *w = th_row(c, 1, r);
    const float *erase = th_row(c, 2, r), *add = th_row(c, 3, r);
    float *written = th_row(c, 4, r);
    if (heads == 1) {
      TH_OVER_SLOTS(n, th_write_once_block, memory, w, erase, add, written, m, n)
    } else {
      TH_OVER_SLOTS(n, th_write_block, memory, w, erase, add, written, m, n, heads)
    }
  }
}

/// The operands of one row of the gradient, and how it writes.
typedef struct th_writing {
  const float *memory, *w, *erase, *add, *dwritten;
  float *dmemory, *dw, *derase, *dadd;
  int m, n, heads, add_memory, add_w, add_erase, add_add;
} th_writing;

/// Entries of a slot whose two sums over slots are made together.
enum { TH_WRITTEN_ENTRIES = 8 };

TH_INLINE void th_write_once_gradient_block(
    const th_writing s, const int add_memory, int i, int vectors, int lanes) {
  v16 weight[TH_MANY], dweight[TH_MANY], zero = th_splat(0);
  TH_EACH(v) weight[v] = th_load_part(s.w + i + 16 * v, lanes, zero);
  TH_EACH(v) dweight[v] = zero;
  for (int j = 0; j < s.m; j += TH_WRITTEN_ENTRIES) {
    const int entries = s.m - j < TH_WRITTEN_ENTRIES ? s.m - j : TH_WRITTEN_ENTRIES;
    v16 sums[2 * TH_WRITTEN_ENTRIES];
    for (int x = 0; x < 2 * TH_WRITTEN_ENTRIES; x++) sums[x] = zero;
    for (int x = 0; x < entries; x++) {
      const ptrdiff_t row = (j + x) * (ptrdiff_t)s.n + i;
      v16 e = th_splat(-s.erase[j + x]), a = th_splat(s.add[j + x]);
      v16 derase = zero, dadd = zero;
      TH_EACH(v) {
        v16 d = th_load_part(s.dwritten + row + 16 * v, lanes, zero);
        v16 old = th_load_part(s.memory + row + 16 * v, lanes, zero), along = d * weight[v];
        dweight[v] = th_fma(d, th_fma(e, old, a), dweight[v]);
        dadd += along;
        derase = th_fma(-along, old, derase);
        th_write(s.dmemory + row + 16 * v, lanes, th_fma(e, along, d), add_memory);
      }
      sums[x] = derase;
      sums[TH_WRITTEN_ENTRIES + x] = dadd;
    }
    float total[2 * TH_WRITTEN_ENTRIES];
    th_store(total, th_sum_of_each(sums));
    for (int x = 0; x < entries; x++) {
      th_write_one(s.derase + j + x, total[x], s.add_erase || i > 0);
      th_write_one(s.dadd + j + x, total[TH_WRITTEN_ENTRIES + x], s.add_add || i > 0);
    }
  }
  TH_EACH(v) th_write(s.dw + i + 16 * v, lanes, dweight[v], s.add_w);
}

// Heads whose products are held at a time; more heads are taken in groups of as many.
enum { TH_HEADS = 8 };

TH_INLINE void th_write_gradient_block(const th_writing *s, int i, int vectors, int lanes) {
  v16 d[TH_MANY], rest[TH_MANY], kept[TH_MANY], before[TH_HEADS][TH_MANY], zero = th_splat(0);
  for (int j = 0; j < s->m; j++) {
    ptrdiff_t row = j * (ptrdiff_t)s->n + i;
    TH_EACH(v) rest[v] = d[v] = th_load_part(s->dwritten + row + 16 * v, lanes, zero);
    for (int first = (s->heads - 1) / TH_HEADS * TH_HEADS; first >= 0; first -= TH_HEADS) {
      int end = first + TH_HEADS < s->heads ? first + TH_HEADS : s->heads;
      TH_EACH(v) kept[v] = th_load_part(s->memory + row + 16 * v, lanes, zero);
      for (int h = 0; h < end; h++) {
        const float *w = s->w + (ptrdiff_t)h * s->n + i;
        v16 e = th_splat(-s->erase[(ptrdiff_t)h * s->m + j]);
        TH_EACH(v) {
          if (h >= first) before[h - first][v] = kept[v];
          kept[v] = th_fma(th_load_part(w + 16 * v, lanes, zero) * e, kept[v], kept[v]);
        }
      }
      for (int h = end - 1; h >= first; h--) {
        ptrdiff_t entry = (ptrdiff_t)h * s->m + j, slots = (ptrdiff_t)h * s->n + i;
        v16 e = th_splat(-s->erase[entry]), a = th_splat(s->add[entry]), derase = zero, dadd = zero;
        TH_EACH(v) {
          v16 weight = th_load_part(s->w + slots + 16 * v, lanes, zero);
          v16 along = rest[v] * before[h - first][v];
          derase = th_fma(-weight, along, derase);
          dadd = th_fma(weight, d[v], dadd);
          th_write(s->dw + slots + 16 * v, lanes, th_fma(e, along, a * d[v]), s->add_w || j > 0);
          rest[v] = th_fma(weight * e, rest[v], rest[v]);
        }
        th_write_one(s->derase + entry, th_sum(derase), s->add_erase || i > 0);
        th_write_one(s->dadd + entry, th_sum(dadd), s->add_add || i > 0);
      }
    }
    TH_EACH(v) th_write(s->dmemory + row + 16 * v, lanes, rest[v], s->add_memory);
  }
}

// erase_and_add_gradient: M[m][n], w[h][n], e[h][m], a[h][m], dM′[m][n] → dM[m][n], dw[h][n],
// de[h][m], da[h][m]. Sizes m, n, h. dM may be dM′ itself.
//
// With t_h = 1 − e_h w_h and d = dM′: dM = d Π_h t_h, and t_h receives x_h = d M Π_{g≠h} t_g, so
//   dw_h(i) = Σⱼ (a_h(j) d(j, i) − e_h(j) x_h(j, i)),
//   de_h(j) = −Σᵢ w_h(i) x_h(j, i),  da_h(j) = Σᵢ w_h(i) d(j, i).
// The product without h is M Π_{g<h} t_g, kept on the way up, times d Π_{g>h} t_g, made on the way
// down: no division by a t_h that may be 0.
// Sums over more than 128 slots are made of sums over 128.
static void th_erase_and_add_gradient(const th_call *c) {
  for (int r = 0; r < c->rows; r++) {
    th_writing s = {
        .memory = th_row(c, 0, r), .w = th_row(c, 1, r), .erase = th_row(c, 2, r),
        .add = th_row(c, 3, r), .dwritten = th_row(c, 4, r), .dmemory = th_row(c, 5, r),
        .dw = th_row(c, 6, r), .derase = th_row(c, 7, r), .dadd = th_row(c, 8, r),
        .m = c->size[0], .n = c->size[1], .heads = c->size[2], .add_memory = th_adds(c, 0),
        .add_w = th_adds(c, 1), .add_erase = th_adds(c, 2), .add_add = th_adds(c, 3)};
    if (s.heads == 1) {
      if (s.add_memory) {
        TH_OVER_SLOTS(s.n, th_write_once_gradient_block, s, 1)
      } else {
        TH_OVER_SLOTS(s.n, th_write_once_gradient_block, s, 0)
      }
    } else {
      TH_OVER_SLOTS(s.n, th_write_gradient_block, &s)
    }
  }
}
