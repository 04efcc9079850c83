public import TapeheadEngine

/// A memory together with the lengths of its slots, which all heads that see it share.
public struct AddressableMemory {
  /// `[M, N]`.
  public let contents: Value
  /// `[N]`.
  public let lengths: Value

  public init(_ contents: Value, _ conventions: Conventions) {
    self.contents = contents
    self.lengths = contents.slotLengths(conventions.similarity)
  }
}

extension AddressingParameters {
  /// The weighting `[N]` of a head over the slots of a memory (NTM, section 3.3).
  public func weighting(
    over memory: AddressableMemory, previous: Value, _ conventions: Conventions
  ) -> Value {
    // K[k_t, M_t(i)] (equation 6)
    let similarity = memory.contents.cosineSimilarity(
      to: key, lengths: memory.lengths, conventions.similarity)
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
