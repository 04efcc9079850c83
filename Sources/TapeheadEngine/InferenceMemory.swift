extension Program {
  /// Bytes of the arena and the constants that one thread of an inference takes.
  package func inferenceBytes(rows: Int) -> Int {
    let plan = Planner.plan(self, purpose: .inference, rows: rows)
    return plan.arenaBytes(steps: 0) + 4 * plan.constantFloats
  }
}
