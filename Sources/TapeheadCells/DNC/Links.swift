public import TapeheadEngine

/// The links between slots: all of them, or the largest to each slot.
public enum Links: CellState {
  /// L, `[N, N]`.
  case exact(Value)
  /// L̂ with K entries a slot (DNC, methods, "Sparse link matrix").
  case sparse(SparseLinks)

  /// How links are kept.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case exact, sparse
  }

  public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
    switch self {
    case .exact(var links):
      body("links", &links)
      self = .exact(links)
    case .sparse(var links):
      body("links", &links.degrees)
      body("linked slots", &links.slots)
      self = .sparse(links)
    }
  }

  /// No links between N slots; sparse ones with room for `entries` to each.
  static func none(_ kind: Kind, slots: Int, entries: Int, in trace: Trace) -> Links {
    switch kind {
    case .exact: .exact(trace.constant(0, shape: [slots, slots]))
    case .sparse: .sparse(.none(slots: slots, entries: entries, in: trace))
    }
  }

  /// L after a write, given the precedence before it, and where it then leads from weightings `[R, N]`.
  ///
  /// Sparse ones see as many of the largest numbers of both as a slot has entries, ŵ and p̂. Unlike
  /// in the paper, these sum up to what all of them summed up to, and not to 1: a write through a
  /// closed gate must not make links (Documentation/Decisions/DNC.md).
  func updated(
    writing weighting: Value, precedence: Value, from readWeightings: Value
  ) -> (links: Links, directions: Directions) {
    switch self {
    case .exact(let links):
      let (next, forward, backward) = links.links(
        afterWriting: weighting, precedence: precedence, from: readWeightings)
      return (.exact(next), Directions(forward: forward, backward: backward))
    case .sparse(let links):
      let entries = links.entries
      let next = links.updated(
        writing: weighting.largest(entries), precedence: precedence.largest(entries))
      let (forward, backward) = next.directions(from: readWeightings)
      return (.sparse(next), Directions(forward: forward, backward: backward))
    }
  }

  /// Names them as something that figures can record.
  func tapped() -> Links {
    switch self {
    case .exact(let links): links.tapped("links")
    case .sparse(let links):
      links.degrees.tapped("links")
      links.slots.tapped("linked slots")
    }
    return self
  }
}
