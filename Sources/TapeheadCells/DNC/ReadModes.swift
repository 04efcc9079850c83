import TapeheadEngine

// Where each read head reads (DNC, "Read weighting").

extension DNCInterface {
  /// w_t^r = π₁ b + π₂ c^r + π₃ f of all read heads, `[R, N]`, with c^r by content on M_t.
  ///
  /// With several write heads, each has links of its own, and so there is a b and an f for each of
  /// them, as in google-deepmind/dnc.
  func readWeightings(
    directions: [Directions], memory: LookupMemory, _ conventions: DNCConventions
  ) -> Value {
    let content = memory.weightings(keys: readKeys, strengths: readStrengths, masks: masks?.read)
    let directions = directions.map { all in
      sharpness.map { all.sharpened(by: $0, conventions) } ?? all
    }
    content.tappedByReadHead("content")
    for (head, direction) in directions.enumerated() {
      // One write head's links need no number.
      let number = directions.count > 1 ? " \(head)" : ""
      direction.backward.tappedByReadHead("backward" + number)
      direction.forward.tappedByReadHead("forward" + number)
    }
    let candidates = directions.map(\.backward) + [content] + directions.map(\.forward)
    return readModes.blend(of: candidates)
  }
}
