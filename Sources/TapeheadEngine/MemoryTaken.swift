// What running a program takes, told from its plan before anything is set aside.

extension Program {
  /// The plan by which so many sequences are trained on side by side.
  public func trainingPlan(rows: Int) -> Plan {
    Planner.plan(self, purpose: .training, rows: rows)
  }

  /// Bytes of the arena and the constants that one thread of an inference takes.
  package func inferenceBytes(rows: Int) -> Int {
    let plan = Planner.plan(self, purpose: .inference, rows: rows)
    return plan.arenaBytes(steps: 0) + 4 * plan.constantFloats
  }
}

extension Plan {
  /// Bytes of the arenas, constants and gradients that a training by this plan takes, for sequences of so many steps.
  public func trainingBytes(_ settings: ExecutionSettings, longestSequence: Int) -> Int {
    let segments = Segments(steps: longestSequence, recomputing: settings.recomputes)
    let gradients = Array(
      repeating: program.parameters.extent, count: GradientSum.buffers(threads: settings.threads))
    let ofThread = [arenaBytes(segments) / 4, constantFloats] + gradients
    return settings.threads * ofThread.reduce(0) { $0 + FloatBuffer.bytes(count: $1) }
      + FloatBuffer.bytes(count: packedFloats)
  }
}
