import TapeheadKernels

// y = f(x), element by element.

/// A function of one variable applied to every number of a value.
package struct Function: DifferentiableOperation {
  package enum Kind: String, Sendable, CaseIterable {
    case copy, exp, log, tanh, sigmoid, softplus, square, sqrt, relu
  }

  package let kind: Kind

  package var name: String { kind.rawValue }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] { inputs }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    let call: KernelCall.Kernel =
      switch kind {
      case .copy: \.copy
      case .exp: \.exp
      case .log: \.log
      case .tanh: \.tanh
      case .sigmoid: \.sigmoid
      case .softplus: \.softplus
      case .square: \.square
      case .sqrt: \.sqrt
      case .relu: \.relu
      }
    return KernelCall(call, sizes: [outputs[0].count])
  }

  package func pullback(_ step: Pullback) {
    let (x, y, dy) = (step.inputs[0], step.outputs[0], step.cotangent())
    switch kind {
    case .copy: step.contribute(dy, to: 0)
    case .exp: step.contribute(dy * y, to: 0)
    case .log: step.contribute(dy / x, to: 0)
    case .square: step.contribute(dy * x * 2, to: 0)
    case .sqrt: step.contribute(dy / y * 0.5, to: 0)
    // dx = dy (1 − y²)
    case .tanh: contribute(\.tanh_gradient, y, dy, step)
    // dx = dy y (1 − y)
    case .sigmoid: contribute(\.sigmoid_gradient, y, dy, step)
    // dx = dy σ(x)
    case .softplus: contribute(\.softplus_gradient, x, dy, step)
    // dx = dy where y > 0
    case .relu: contribute(\.relu_gradient, y, dy, step)
    }
  }

  private func contribute(_ kernel: KernelCall.Kernel, _ a: Value, _ dy: Value, _ step: Pullback) {
    let operation = GradientKernel(
      name + " gradient", kernel, sizes: [a.count], outputs: [a.shape], inPlace: [(0, 1)])
    step.contribute(step.record(operation, [a, dy])[0], to: 0)
  }
}

/// max(lower, min(upper, x)); dx = dy where x lies within the bounds, else 0.
package struct Clamp: DifferentiableOperation {
  package let lower: Float
  package let upper: Float

  package var name: String { "clamp" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] { inputs }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.clamp, sizes: [outputs[0].count], constants: [lower, upper])
  }

  package func pullback(_ step: Pullback) {
    let x = step.inputs[0]
    let operation = GradientKernel(
      "clamp gradient", \.clamp_gradient, sizes: [x.count], constants: [lower, upper],
      outputs: [x.shape], inPlace: [(0, 1)])
    step.contribute(step.record(operation, [x, step.cotangent()])[0], to: 0)
  }
}

extension Value {
  private func apply(_ kind: Function.Kind) -> Value {
    trace.record(Function(kind: kind), [self])[0]
  }

  public func exp() -> Value { apply(.exp) }
  public func log() -> Value { apply(.log) }
  public func tanh() -> Value { apply(.tanh) }
  /// σ(x) = 1 / (1 + e⁻ˣ).
  public func sigmoid() -> Value { apply(.sigmoid) }
  /// log(1 + eˣ).
  public func softplus() -> Value { apply(.softplus) }
  public func squared() -> Value { apply(.square) }
  public func squareRoot() -> Value { apply(.sqrt) }
  /// max(0, x).
  public func relu() -> Value { apply(.relu) }
  /// The value cut off at two bounds.
  public func clamped(_ lower: Float, _ upper: Float) -> Value {
    trace.record(Clamp(lower: lower, upper: upper), [self])[0]
  }
  /// The same numbers in a place of their own.
  package func copied() -> Value { apply(.copy) }
}
