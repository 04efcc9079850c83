public import TapeheadEngine

// Addressing a memory (NTM, section 3.3).

/// A head that is to find its weighting.
public struct AddressedHead {
  /// What its values are called by, such as "read head 0".
  public let name: String
  public let parameters: AddressingParameters
  /// w_{t−1}, `[N]`.
  public let previous: Value

  public init(_ name: String, _ parameters: AddressingParameters, previous: Value) {
    self.name = name
    self.parameters = parameters
    self.previous = previous
  }
}

extension Value {
  /// The weightings, `[N]` each, of heads that all see this memory, `[M, N]`.
  ///
  /// All heads go through a stage before any goes through the next: what a processor finds side by side and
  /// independent it does at the same time.
  public func weightings(of heads: [AddressedHead], _ conventions: Conventions) -> [Value] {
    func stage(_ name: String, _ make: (Int, AddressingParameters) -> Value) -> [Value] {
      heads.enumerated().map { index, head in
        trace(in: head.name) { make(index, head.parameters).tapped(name) }
      }
    }
    // K[k_t, M_t(i)], one head after the other (equation 6)
    let slots = shape.rowLength
    let similarities = cosineSimilarity(
      to: rows(heads.map(\.parameters.key)), conventions.similarity)
    // w_t^c (equation 5)
    let content = stage("content") {
      similarities.slice(from: $0 * slots, count: slots).contentWeighting(strength: $1.strength)
    }
    // w_t^g = g_t w_t^c + (1 − g_t) w_{t−1} (equation 7)
    let interpolated = stage("interpolated") {
      content[$0].interpolated(with: heads[$0].previous, gate: $1.gate)
    }
    // w̃_t(i) = Σⱼ w_t^g(j) s_t(i − j) (equation 8)
    let shifted = stage("shifted") {
      interpolated[$0].convolved(
        with: $1.shift, shifts: conventions.shiftOrder.shifts($1.shift.count))
    }
    // w_t(i) = w̃_t(i)^γ_t / Σⱼ w̃_t(j)^γ_t (equation 9)
    return stage("weighting") {
      shifted[$0].sharpened(
        by: $1.gamma, epsilon: conventions.sharpeningEpsilon,
        gradientLimit: conventions.weightingGradientLimit)
    }
  }
}
