// Temporal links of which each slot keeps the K largest (DNC, methods, "Sparse link matrix").
//
// They are stored as K planes of n: entry s of slot i stands at [s][i], its degree in one operand
// and the slot j that it comes from in another, so the two hold L(i, j). The entries of a slot
// ascend in j. An entry without a link names its own slot, whose link is always 0, and stands behind
// those with one; so every entry names some slot, and no loop has to ask.
//
// A write with K weights touches the links from and to these K slots. Elsewhere they stay, so all of
// it is O(n K), and where a link is 0 nothing is done. All is scalar: the order of sums is the code's.

/// The operands of one sequence; the gradient has all of them.
typedef struct th_sparse_linking {
  const float *links, *from, *w, *written, *precedence, *preceding, *newfrom, *dnext;
  float *dlinks, *dw, *dprecedence;
  int n, k, add;
} th_sparse_linking;

/// A link nearer to 0 than this, or a cotangent of one, is 0: what has faded so far gives up its entry.
#define TH_NO_LINK 1e-30f

TH_INLINE float th_sparse_link(float x) {
  return __builtin_fabsf(x) < TH_NO_LINK ? 0 : x;
}

/// The slots from `start` up to `end`, to which nothing is written: links from written ones fade.
TH_INLINE void th_fade(
    const th_sparse_linking *s, float *next, float *newfrom, int start, int end) {
  for (int entry = 0; entry < s->k; entry++) {
    ptrdiff_t plane = (ptrdiff_t)entry * s->n;
    for (ptrdiff_t at = plane + start; at < plane + end; at++) {
      float link = s->links[at], from = s->from[at];
      if (link != 0) link = th_sparse_link((1 - s->w[at - plane] - s->w[(int)from]) * link);
      next[at] = link;
      newfrom[at] = from;
    }
  }
}

/// Slot i, which is written to: its links fade, new ones join them, and the K largest stay.
static void th_renew(const th_sparse_linking *s, float *next, float *newfrom, int i) {
  int n = s->n, k = s->k, count = 0, old = 0;
  float degrees[2 * TH_MOST_KEPT], slots[2 * TH_MOST_KEPT], rest = 1 - s->w[i];
  for (int new = 0;;) {
    ptrdiff_t at = (ptrdiff_t)old * n + i;
    int first = old < k && (int)s->from[at] != i ? (int)s->from[at] : n;
    int second = new < k ? (int)s->preceding[new] : n, j = first < second ? first : second;
    if (j == n) break;
    float degree = 0;
    if (first == j) {
      degree = (rest - s->w[j]) * s->links[at];
      old++;
    }
    if (second == j) {
      degree = __builtin_fmaf(s->w[i], s->precedence[j], degree);
      new++;
    }
    degree = th_sparse_link(degree);
    if (j == i || degree == 0) continue;
    degrees[count] = degree;
    slots[count++] = (float)j;
  }
  th_least least = th_least_kept(degrees, count, k);
  int kept = 0;
  for (int entry = 0; entry < count && kept < k; entry++) {
    if (!th_is_kept(least, degrees[entry], entry)) continue;
    ptrdiff_t at = (ptrdiff_t)kept++ * n + i;
    next[at] = degrees[entry];
    newfrom[at] = slots[entry];
  }
  for (; kept < k; kept++) {
    ptrdiff_t at = (ptrdiff_t)kept * n + i;
    next[at] = 0;
    newfrom[at] = (float)i;
  }
}

// sparse_link_update: L[k][n], from[k][n], w[n], written[k], p[n], preceding[k] → L′[k][n],
// from′[k][n]. Sizes n, k ≤ TH_MOST_KEPT. L′ may be L, from′ may be from.
// w and p are 0 but for the slots in `written` and in `preceding`, which ascend. Of
// L′(i, j) = (1 − w(i) − w(j)) L(i, j) + w(i) p(j), i ≠ j, the k largest of each i are kept.
static void th_sparse_link_update(const th_call *c) {
  int n = c->size[0], k = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    th_sparse_linking s = {
        .links = th_row(c, 0, r), .from = th_row(c, 1, r), .w = th_row(c, 2, r),
        .written = th_row(c, 3, r), .precedence = th_row(c, 4, r), .preceding = th_row(c, 5, r),
        .n = n, .k = k};
    float *next = th_row(c, 6, r), *newfrom = th_row(c, 7, r);
    for (int j = 0, start = 0; j <= k; j++) {
      int i = j < k ? (int)s.written[j] : n;
      th_fade(&s, next, newfrom, start, i);
      if (j < k) th_renew(&s, next, newfrom, i);
      start = i + 1;
    }
  }
}

/// One entry of slot i that came from slot j, which is not i, with the cotangent d.
TH_INLINE void th_sparse_link_gradient(
    const th_sparse_linking *s, ptrdiff_t at, int i, int j, float d) {
  float link = s->links[at];
  th_write_one(s->dlinks + at, th_sparse_link((1 - s->w[i] - s->w[j]) * d), s->add);
  s->dw[i] -= d * link;
  s->dw[j] -= d * link;
}

TH_INLINE void th_fade_gradient(const th_sparse_linking *s, int start, int end) {
  for (int entry = 0; entry < s->k; entry++) {
    ptrdiff_t plane = (ptrdiff_t)entry * s->n;
    for (ptrdiff_t at = plane + start; at < plane + end; at++) {
      if (s->links[at] != 0) {
        th_sparse_link_gradient(s, at, (int)(at - plane), (int)s->from[at], s->dnext[at]);
      } else {
        th_write_one(s->dlinks + at, 0, s->add);
      }
    }
  }
}

static void th_renew_gradient(const th_sparse_linking *s, int i) {
  int n = s->n, k = s->k;
  // By old entry, the cotangent of what has become of it; all of dL′ is read before dL is written.
  float cotangents[TH_MOST_KEPT];
  for (int entry = 0; entry < k; entry++) cotangents[entry] = 0;
  for (int entry = 0, old = 0, new = 0; entry < k; entry++) {
    ptrdiff_t at = (ptrdiff_t)entry * n + i;
    int j = (int)s->newfrom[at];
    if (j == i) break;
    float d = s->dnext[at];
    while (old < k && (int)s->from[(ptrdiff_t)old * n + i] != i
           && (int)s->from[(ptrdiff_t)old * n + i] < j) old++;
    if (old < k && (int)s->from[(ptrdiff_t)old * n + i] == j) cotangents[old] = d;
    while (new < k && (int)s->preceding[new] < j) new++;
    if (new < k && (int)s->preceding[new] == j) {
      s->dw[i] += d * s->precedence[j];
      s->dprecedence[j] += d * s->w[i];
    }
  }
  for (int entry = 0; entry < k; entry++) {
    ptrdiff_t at = (ptrdiff_t)entry * n + i;
    int j = (int)s->from[at];
    if (j == i) {
      th_write_one(s->dlinks + at, 0, s->add);
    } else {
      th_sparse_link_gradient(s, at, i, j, cotangents[entry]);
    }
  }
}

// sparse_link_update_gradient: L[k][n], from[k][n], w[n], written[k], p[n], preceding[k],
// from′[k][n], dL′[k][n] → dL[k][n], dw[n], dp[n]. Sizes n, k. dL may be dL′.
// The gradient of link_step for those entries that were kept; which ones passes none.
static void th_sparse_link_update_gradient(const th_call *c) {
  int n = c->size[0], k = c->size[1];
  for (int r = 0; r < c->rows; r++) {
    th_sparse_linking s = {
        .links = th_row(c, 0, r), .from = th_row(c, 1, r), .w = th_row(c, 2, r),
        .written = th_row(c, 3, r), .precedence = th_row(c, 4, r), .preceding = th_row(c, 5, r),
        .newfrom = th_row(c, 6, r), .dnext = th_row(c, 7, r), .dlinks = th_row(c, 8, r),
        .dw = th_row(c, 9, r), .dprecedence = th_row(c, 10, r), .n = n, .k = k,
        .add = th_adds(c, 0)};
    th_start(s.dw, n, th_adds(c, 1));
    th_start(s.dprecedence, n, th_adds(c, 2));
    for (int j = 0, start = 0; j <= k; j++) {
      int i = j < k ? (int)s.written[j] : n;
      th_fade_gradient(&s, start, i);
      if (j < k) th_renew_gradient(&s, i);
      start = i + 1;
    }
  }
}

// sparse_link_directions: L[k][n], from[k][n], x[h][n] → f[h][n], b[h][n]. Sizes n, k, h.
// f = L x and b = Lᵀ x.
static void th_sparse_link_directions(const th_call *c) {
  int n = c->size[0], k = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    const float *links = th_row(c, 0, r), *from = th_row(c, 1, r), *x = th_row(c, 2, r);
    float *forward = th_row(c, 3, r), *backward = th_row(c, 4, r);
    th_start(forward, heads * n, th_adds(c, 0));
    th_start(backward, heads * n, th_adds(c, 1));
    for (int entry = 0; entry < k; entry++) {
      for (int i = 0; i < n; i++) {
        ptrdiff_t at = (ptrdiff_t)entry * n + i;
        float link = links[at];
        if (link == 0) continue;
        for (ptrdiff_t to = i, j = (int)from[at]; to < (ptrdiff_t)heads * n; to += n, j += n) {
          forward[to] += link * x[j];
          backward[j] += link * x[to];
        }
      }
    }
  }
}

// sparse_link_directions_gradient: L[k][n], from[k][n], x[h][n], df[h][n], db[h][n] → dL[k][n],
// dx[h][n]. Sizes n, k, h.
// dL(i, j) = Σ_h df(i) x(j) + db(j) x(i), and dx = Lᵀ df + L db. A link of 0 is none, and has no dL.
static void th_sparse_link_directions_gradient(const th_call *c) {
  int n = c->size[0], k = c->size[1], heads = c->size[2];
  for (int r = 0; r < c->rows; r++) {
    const float *links = th_row(c, 0, r), *from = th_row(c, 1, r), *x = th_row(c, 2, r);
    const float *dforward = th_row(c, 3, r), *dbackward = th_row(c, 4, r);
    float *dlinks = th_row(c, 5, r), *dx = th_row(c, 6, r);
    th_start(dx, heads * n, th_adds(c, 1));
    for (int entry = 0; entry < k; entry++) {
      for (int i = 0; i < n; i++) {
        ptrdiff_t at = (ptrdiff_t)entry * n + i;
        float link = links[at], dlink = 0;
        if (link != 0) {
          for (ptrdiff_t to = i, j = (int)from[at]; to < (ptrdiff_t)heads * n; to += n, j += n) {
            dlink += dforward[to] * x[j] + dbackward[j] * x[to];
            dx[j] += link * dforward[to];
            dx[to] += link * dbackward[j];
          }
        }
        th_write_one(dlinks + at, dlink, th_adds(c, 0));
      }
    }
  }
}
#undef TH_NO_LINK
