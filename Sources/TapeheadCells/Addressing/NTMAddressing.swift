public import TapeheadEngine

// Addressing a memory (NTM, section 3.3).

extension Value {
  /// K[k_t, M_t(i)], `[N]` each, for the key of every head that sees this memory (equation 6).
  public func similarities(
    to heads: [AddressingParameters], _ conventions: Conventions
  ) -> [Value] {
    let slots = shape.rowLength
    let all = cosineSimilarity(to: rows(heads.map(\.key)), conventions.similarity)
    return heads.indices.map { all.slice(from: $0 * slots, count: slots) }
  }
}

extension AddressingParameters {
  /// The weighting `[N]` of a head over slots of these similarities `[N]` to its key.
  public func weighting(
    from similarity: Value, previous: Value, _ conventions: Conventions
  ) -> Value {
    // w_t^c (equation 5)
    let content = similarity.contentWeighting(strength: strength).tapped("content")
    // w_t^g = g_t w_t^c + (1 − g_t) w_{t−1} (equation 7)
    let interpolated = content.interpolated(with: previous, gate: gate).tapped("interpolated")
    // w̃_t(i) = Σⱼ w_t^g(j) s_t(i − j) (equation 8)
    let shifts = conventions.shiftOrder.shifts(shift.count)
    let shifted = interpolated.convolved(with: shift, shifts: shifts).tapped("shifted")
    // w_t(i) = w̃_t(i)^γ_t / Σⱼ w̃_t(j)^γ_t (equation 9)
    return shifted.sharpened(by: gamma, epsilon: conventions.sharpeningEpsilon)
      .tapped("weighting")
  }
}
