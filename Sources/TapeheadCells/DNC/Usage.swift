import TapeheadEngine

// How much of each slot is in use (DNC, "Dynamic memory allocation").

extension DNCInterface {
  /// ψ_t = Π_i (1 − f_t^i w_{t−1}^{r,i}), `[N]`, from the read weightings `[R, N]` before.
  func retention(of readWeightings: Value) -> Value {
    readWeightings.retention(gates: freeGates).tapped("retention")
  }
}

extension DifferentiableNeuralComputer.State {
  /// u_t = (u_{t−1} + w_{t−1}^w − u_{t−1} ∘ w_{t−1}^w) ∘ ψ_t, `[N]`.
  ///
  /// Of several write heads, w^w is what all of them together wrote, 1 − Π_h (1 − w_h^w), as in
  /// google-deepmind/dnc.
  func usage(retaining retention: Value, _ conventions: DNCConventions) -> Value {
    var written = writeHeads[0].weighting
    if writeHeads.count > 1 {
      let always = usage.trace.constant(1, shape: [writeHeads.count])
      written = 1 - rows(writeHeads.map(\.weighting)).retention(gates: always)
    }
    if conventions.stopsUsageGradient { written = written.withoutGradient() }
    return usage.usage(afterWriting: written, retaining: retention).tapped("usage")
  }
}
