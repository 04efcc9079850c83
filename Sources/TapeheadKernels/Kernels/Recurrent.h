// The gates of an LSTM, after its linear map.

// lstm_gates: z[4H], c[H] → gates[4H], c′[H], h[H]. Size H.
// The blocks of z and of gates are i, f, g, o; gates may be z itself.
// i, f, o = σ(z), g = tanh(z);  c′ = f c + i g;  h = o tanh(c′).
static void th_lstm_gates(const th_call *c) {
  int n = c->size[0];
  for (int r = 0; r < c->rows; r++) {
    const float *z = th_row(c, 0, r), *cell = th_row(c, 1, r);
    float *gates = th_row(c, 2, r), *next = th_row(c, 3, r), *hidden = th_row(c, 4, r);
    TH_OVER(n, j, lanes, {
      v16 i = th_v_sigmoid(th_load(z + j)), f = th_v_sigmoid(th_load(z + n + j));
      v16 g = th_v_tanh(th_load(z + 2 * n + j)), o = th_v_sigmoid(th_load(z + 3 * n + j));
      v16 sum = th_fma(f, th_load(cell + j), i * g);
      th_store_part(gates + j, lanes, i);
      th_store_part(gates + n + j, lanes, f);
      th_store_part(gates + 2 * n + j, lanes, g);
      th_store_part(gates + 3 * n + j, lanes, o);
      th_store_part(next + j, lanes, sum);
      th_store_part(hidden + j, lanes, o * th_v_tanh(sum));
    })
  }
}

// lstm_gates_gradient: gates[4H], c[H], c′[H], dh[H], dc′[H] → dz[4H], dc[H]. Size H.
// dz may be the gates, and dc may be dc′.
// With t = tanh(c′): do = dh t, and c′ receives d = dc′ + dh o (1 − t²). Then di = d g, df = d c,
// dg = d i, dc = d f; through the activations dzᵢ = di i (1 − i), the same for f and o, and
// dz_g = dg (1 − g²).
static void th_lstm_gates_gradient(const th_call *c) {
  int n = c->size[0], add = th_adds(c, 0);
  v16 one = th_splat(1);
  for (int r = 0; r < c->rows; r++) {
    const float *gates = th_row(c, 0, r), *cell = th_row(c, 1, r), *next = th_row(c, 2, r);
    const float *dhidden = th_row(c, 3, r), *dnext = th_row(c, 4, r);
    float *dz = th_row(c, 5, r), *dcell = th_row(c, 6, r);
    TH_OVER(n, j, lanes, {
      v16 i = th_load(gates + j), f = th_load(gates + n + j);
      v16 g = th_load(gates + 2 * n + j), o = th_load(gates + 3 * n + j);
      v16 dh = th_load(dhidden + j), t = th_v_tanh(th_load(next + j));
      v16 d = th_fma(dh * o, th_fma(-t, t, one), th_load(dnext + j));
      th_write(dz + j, lanes, d * g * (i * (one - i)), add);
      th_write(dz + n + j, lanes, d * th_load(cell + j) * (f * (one - f)), add);
      th_write(dz + 2 * n + j, lanes, d * i * th_fma(-g, g, one), add);
      th_write(dz + 3 * n + j, lanes, dh * t * (o * (one - o)), add);
      th_write(dcell + j, lanes, d * f, th_adds(c, 1));
    })
  }
}
