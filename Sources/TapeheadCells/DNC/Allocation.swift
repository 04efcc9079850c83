package import TapeheadEngine

// Where there is room to write (DNC, "Dynamic memory allocation").

extension DNCInterface {
  /// a_t of each write head, `[N]`: a[φⱼ] = (1 − u[φⱼ]) Π_{i<j} u[φᵢ], φ ascending in usage.
  ///
  /// Several heads are served in turn: to each, what those before it are about to write by
  /// allocation is in use already, u + (1 − u) g^w g^a a, as in google-deepmind/dnc.
  func allocations(usage: Value, _ conventions: DNCConventions) -> [Value] {
    var usage = usage
    return allocationGates.indices.map { head in
      let allocation = usage.allocation(conventions)
      if head + 1 < allocationGates.count {
        let share = allocationGates[head] * writeGates[head]
        usage = usage + (1 - usage) * allocation.scaled(by: share)
      }
      return allocation
    }
  }
}

extension Value {
  /// The weighting `[N]` that prefers the slots of least usage, from this usage `[N]`.
  package func allocation(_ conventions: DNCConventions) -> Value {
    kept(from: conventions.usageEpsilon).allocation()
  }

  /// The slots of this usage `[N]` in the order in which they are allocated, the first from 0.
  package func allocationOrder(_ conventions: DNCConventions) -> Value {
    kept(from: conventions.usageEpsilon).allocationOrder()
  }

  /// ε + (1 − ε) u.
  private func kept(from epsilon: Float) -> Value {
    epsilon > 0 ? self * (1 - epsilon) + epsilon : self
  }
}
