/// A value of fixed shape in a program that is being traced: one sequence, one time step.
///
/// Arithmetic on values records operations; nothing is computed until a program runs.
public struct Value {
  package let trace: Trace
  package let id: Int
  public let shape: Shape

  /// How many numbers the value holds.
  public var count: Int { shape.count }

  /// Names this value, within the current scope, as something that figures and evaluations can record.
  @discardableResult
  public func tapped(_ name: String) -> Value {
    trace.tap(self, as: name)
    return self
  }

  /// Part of the value as a vector: `count` numbers from `offset`; no copy is made.
  public func slice(from offset: Int, count: Int) -> Value {
    trace.view(self, offset: offset, shape: [count], label: "slice")
  }

  /// The same numbers in another shape; no copy is made.
  public func reshaped(to shape: Shape) -> Value {
    trace.view(self, offset: 0, shape: shape, label: "reshape")
  }

  /// Cuts a vector into parts of the given sizes, which must add up to its size.
  public func split(_ counts: [Int]) -> [Value] {
    if counts.reduce(0, +) != count {
      trace.fail("split needs sizes that add up to the value's \(count) numbers, found \(counts)")
    }
    var offset = 0
    return counts.map { size in
      defer { offset += size }
      return slice(from: offset, count: size)
    }
  }

  /// The same value, through which no gradient passes.
  public func withoutGradient() -> Value {
    trace.view(self, offset: 0, shape: shape, label: "stop gradient", differentiable: false)
  }
}

extension Value {
  /// Records what the body does under a name, in the program that this value belongs to.
  public func trace<Result>(in scope: String, _ body: () throws -> Result) rethrows -> Result {
    try trace.scope(scope, body)
  }
}
