// How the kernels below walk over the slots of a row, and write single floats.

/// Whether an output (the first is 0) is added to instead of overwritten.
TH_INLINE int th_adds(const th_call *c, int output) { return c->accumulate >> output & 1; }

/// Writes or adds one float.
TH_INLINE void th_write_one(float *p, float x, int add) { *p = add ? *p + x : x; }

// How many vectors of slots are held in registers at a time: 8 are the 128 slots of the NTM, and
// leave 24 of the 32 registers of AVX-512 for everything else.
enum { TH_MANY = 8 };

/// Runs BODY(…, first slot, vectors, lanes) over n slots: TH_MANY whole vectors at a time, then
/// one, then the part of one that is left. Vectors and lanes are constants where the body is
/// compiled for whole vectors, so its loops over vectors unroll and its masks vanish.
#define TH_OVER_SLOTS(n, BODY, ...) \
  for (int slot_ = 0; slot_ < (n);) { \
    if ((n)-slot_ >= 16 * TH_MANY) { \
      BODY(__VA_ARGS__, slot_, TH_MANY, 16); \
      slot_ += 16 * TH_MANY; \
    } else if ((n)-slot_ >= 16) { \
      BODY(__VA_ARGS__, slot_, 1, 16); \
      slot_ += 16; \
    } else { \
      BODY(__VA_ARGS__, slot_, 1, (n)-slot_); \
      slot_ = (n); \
    } \
  }

/// Runs the statement for each vector v of a body's vectors.
#define TH_EACH(v) _Pragma("unroll") for (int v = 0; v < vectors; v++)

/// Runs the statements for each vector of a row of n floats: i is its first float and lanes how
/// many count, a constant for whole vectors.
#define TH_OVER(n, i, lanes, ...) \
  { \
    int i = 0; \
    for (; i + 16 <= (n); i += 16) { \
      const int lanes = 16; \
      __VA_ARGS__ \
    } \
    if (i < (n)) { \
      const int lanes = (n)-i; \
      __VA_ARGS__ \
    } \
  }
