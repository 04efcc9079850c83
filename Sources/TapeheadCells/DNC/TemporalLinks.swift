public import TapeheadEngine

/// In which order one write head wrote (DNC, "Temporal memory linkage").
public struct TemporalLinks: CellState {
  /// p, `[N]`: to what degree each slot was the one written last.
  public var precedence: Value
  /// L: to what degree slot i was written right after slot j.
  public var links: Links

  package init(precedence: Value, links: Links) {
    self.precedence = precedence
    self.links = links
  }

  public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
    body("precedence", &precedence)
    links.forEachValue(body)
  }

  /// L_t[i, j] = (1 − w[i] − w[j]) L_{t−1}[i, j] + w[i] p_{t−1}[j], L_t[i, i] = 0, and
  /// p_t = (1 − Σ w) p_{t−1} + w.
  package func updated(writing weighting: Value) -> TemporalLinks {
    TemporalLinks(
      precedence: precedence.precedence(afterWriting: weighting).tapped("precedence"),
      links: links.updated(writing: weighting, precedence: precedence).tapped())
  }

  /// f_t = L_t w_{t−1}^r and b_t = L_tᵀ w_{t−1}^r of all read heads, `[R, N]` each.
  ///
  /// With sharpness, each is raised to its power and normalised (Csordás & Schmidhuber 2019).
  package func directions(
    from readWeightings: Value, sharpness: (forward: [Value], backward: [Value])?,
    _ conventions: DNCConventions
  ) -> (forward: Value, backward: Value) {
    let (forward, backward) = links.directions(from: readWeightings)
    guard let sharpness else { return (forward, backward) }
    return (
      Self.sharpened(forward, sharpness.forward, conventions.sharpeningEpsilon),
      Self.sharpened(backward, sharpness.backward, conventions.sharpeningEpsilon)
    )
  }

  private static func sharpened(
    _ weightings: Value, _ exponents: [Value], _ epsilon: Float
  ) -> Value {
    let slots = weightings.count / exponents.count
    let raised = weightings + epsilon
    return rows(
      exponents.enumerated().map { head, exponent in
        raised.slice(from: head * slots, count: slots).sharpened(by: exponent)
      })
  }
}
