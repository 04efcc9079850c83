import TapeheadKernels

// y = a + b, a − b, a ∘ b, a / b for two values of one shape, or a value and a number.

/// One of the four operations of arithmetic, element by element.
package struct Arithmetic: DifferentiableOperation {
  package enum Kind: String, Sendable { case add, subtract, multiply, divide }

  package let kind: Kind
  /// Whether the second operand is one number that stands for a whole value.
  package let scalar: Bool

  package var name: String { kind.rawValue }
  package var inPlace: [(output: Int, input: Int)] { scalar ? [(0, 0)] : [(0, 0), (0, 1)] }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    if scalar {
      guard inputs[1].count == 1 else {
        throw ShapeMismatch(name, needs: "a number as its second value", found: inputs)
      }
    } else if inputs[0] != inputs[1] {
      throw ShapeMismatch(name, needs: "two values of one shape", found: inputs)
    }
    return [inputs[0]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    let call: KernelCall.Kernel =
      switch kind {
      case .add: \.add
      case .subtract: \.subtract
      case .multiply: \.multiply
      case .divide: \.divide
      }
    return KernelCall(call, sizes: [outputs[0].count, 0, scalar ? 1 : 0])
  }

  package func pullback(_ step: Pullback) {
    let (a, b, dy) = (step.inputs[0], step.inputs[1], step.cotangent())
    /// The cotangent of b, which is one number if b is.
    func reduced(_ db: () -> Value) -> Value { scalar ? db().sum() : db() }
    switch kind {
    case .add:
      step.contribute(dy, to: 0)
      if step.wants(1) { step.contribute(reduced { dy }, to: 1) }
    case .subtract:
      step.contribute(dy, to: 0)
      if step.wants(1) { step.contribute(reduced { dy * -1 }, to: 1) }
    case .multiply:
      if step.wants(0) { step.contribute(a.combined(.multiply, dy, b, scalar), to: 0) }
      if step.wants(1) { step.contribute(scalar ? dy.dot(a) : dy * a, to: 1) }
    case .divide:
      // y = a/b: da = dy/b, db = −dy y/b.
      if step.wants(0) { step.contribute(a.combined(.divide, dy, b, scalar), to: 0) }
      if step.wants(1) {
        let numerator = scalar ? dy.dot(step.outputs[0]) : dy * step.outputs[0]
        step.contribute(numerator / b * -1, to: 1)
      }
    }
  }
}

extension Value {
  fileprivate func combined(
    _ kind: Arithmetic.Kind, _ a: Value, _ b: Value, _ scalar: Bool = false
  ) -> Value {
    trace.record(Arithmetic(kind: kind, scalar: scalar), [a, b])[0]
  }

  /// a + b for values of one shape.
  public static func + (a: Value, b: Value) -> Value { a.combined(.add, a, b) }
  /// a − b for values of one shape.
  public static func - (a: Value, b: Value) -> Value { a.combined(.subtract, a, b) }
  /// a ∘ b for values of one shape.
  public static func * (a: Value, b: Value) -> Value { a.combined(.multiply, a, b) }
  /// a / b element by element for values of one shape.
  public static func / (a: Value, b: Value) -> Value { a.combined(.divide, a, b) }

  /// The value times one traced number.
  public func scaled(by number: Value) -> Value { combined(.multiply, self, number, true) }
  /// The value divided by one traced number.
  public func divided(by number: Value) -> Value { combined(.divide, self, number, true) }
  /// The value with one traced number added everywhere.
  public func shifted(by number: Value) -> Value { combined(.add, self, number, true) }
}
