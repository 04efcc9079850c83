import TapeheadEngine

// Where there is room to write (DNC, "Dynamic memory allocation").

extension DNCInterface {
  /// a_t of each write head, `[N]`: a[φⱼ] = (1 − u[φⱼ]) Π_{i<j} u[φᵢ], φ ascending in usage.
  ///
  /// Several heads are served in turn: to each, what those before it are about to write by
  /// allocation is in use already, u + (1 − u) g^w g^a a, as in google-deepmind/dnc.
  func allocations(usage: Value, _ conventions: DNCConventions) -> [Value] {
    let epsilon = conventions.usageEpsilon
    var usage = usage
    return allocationGates.indices.map { head in
      let seen = epsilon > 0 ? usage * (1 - epsilon) + epsilon : usage
      let allocation = seen.allocation()
      if head + 1 < allocationGates.count {
        let share = allocationGates[head] * writeGates[head]
        usage = usage + (1 - usage) * allocation.scaled(by: share)
      }
      return allocation
    }
  }
}
