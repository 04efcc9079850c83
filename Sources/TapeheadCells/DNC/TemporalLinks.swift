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

  /// L_t[i, j] = (1 − w[i] − w[j]) L_{t−1}[i, j] + w[i] p_{t−1}[j], L_t[i, i] = 0,
  /// p_t = (1 − Σ w) p_{t−1} + w, and of all read heads, `[R, N]` each, f_t = L_t w_{t−1}^r and
  /// b_t = L_tᵀ w_{t−1}^r.
  package func updated(
    writing weighting: Value, from readWeightings: Value
  ) -> (order: TemporalLinks, directions: Directions) {
    let next = precedence.precedence(afterWriting: weighting).tapped("precedence")
    let (links, directions) = links.updated(
      writing: weighting, precedence: precedence, from: readWeightings)
    return (TemporalLinks(precedence: next, links: links.tapped()), directions)
  }
}
