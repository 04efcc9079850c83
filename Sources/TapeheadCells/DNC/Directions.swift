package import TapeheadEngine

/// Where links lead from all read heads: to what was written after, and before, `[R, N]` each.
package struct Directions {
  package let forward: Value
  package let backward: Value

  /// Each raised to its power and normalised (Csordás & Schmidhuber 2019).
  func sharpened(
    by sharpness: (forward: [Value], backward: [Value]), _ conventions: DNCConventions
  ) -> Directions {
    Directions(
      forward: Self.sharpened(forward, sharpness.forward, conventions.sharpeningEpsilon),
      backward: Self.sharpened(backward, sharpness.backward, conventions.sharpeningEpsilon))
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
