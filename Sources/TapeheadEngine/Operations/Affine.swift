import TapeheadKernels

// y = a x + b with fixed numbers a and b; dx = a dy.

/// A value times a fixed number, plus a fixed number.
package struct Affine: DifferentiableOperation {
  package let factor: Float
  package let addend: Float

  package var name: String { "affine" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] { inputs }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.affine, sizes: [outputs[0].count], constants: [factor, addend])
  }

  package func pullback(_ step: Pullback) {
    step.contribute(step.cotangent() * factor, to: 0)
  }
}

extension Value {
  private func affine(_ factor: Float, _ addend: Float) -> Value {
    trace.record(Affine(factor: factor, addend: addend), [self])[0]
  }

  /// The value times a fixed number.
  public static func * (value: Value, factor: Float) -> Value { value.affine(factor, 0) }
  /// The value times a fixed number.
  public static func * (factor: Float, value: Value) -> Value { value.affine(factor, 0) }
  /// The value with a fixed number added everywhere.
  public static func + (value: Value, addend: Float) -> Value { value.affine(1, addend) }
  /// The value with a fixed number taken away everywhere.
  public static func - (value: Value, number: Float) -> Value { value.affine(1, -number) }
  /// A fixed number minus the value, as in 1 − g.
  public static func - (number: Float, value: Value) -> Value { value.affine(-1, number) }
  /// The value with its sign changed.
  public static prefix func - (value: Value) -> Value { value.affine(-1, 0) }
}
