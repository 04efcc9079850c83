import TapeheadKernels

// Sums, products summed, and their inverse, a number repeated.

/// y = Σ x; dx = dy everywhere.
package struct Sum: DifferentiableOperation {
  package var name: String { "sum" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] { [[1]] }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.total, sizes: [inputs[0].count])
  }

  package func pullback(_ step: Pullback) {
    step.contribute(step.cotangent().broadcast(to: step.inputs[0].shape), to: 0)
  }
}

/// y(j) = Σᵢ A(i, j); dA(i, j) = dy(j).
package struct SumColumns: DifferentiableOperation {
  package var name: String { "sum of rows" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].dimensions.count == 2 else {
      throw ShapeMismatch(name, needs: "a matrix", found: inputs)
    }
    return [[inputs[0].rowLength]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.sum_columns, sizes: [inputs[0].rowLength, inputs[0].rowCount])
  }

  package func pullback(_ step: Pullback) {
    let ones = step.trace.constant(1, shape: [step.inputs[0].shape.rowCount])
    step.contribute(ones.outer(step.cotangent()), to: 0)
  }
}

/// y = Σ a ∘ b; da = dy b, db = dy a.
package struct Dot: DifferentiableOperation {
  package var name: String { "dot product" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0] == inputs[1] else {
      throw ShapeMismatch(name, needs: "two values of one shape", found: inputs)
    }
    return [[1]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.dot, sizes: [inputs[0].count])
  }

  package func pullback(_ step: Pullback) {
    let (a, b, dy) = (step.inputs[0], step.inputs[1], step.cotangent())
    if step.wants(0) { step.contribute(b.scaled(by: dy), to: 0) }
    if step.wants(1) { step.contribute(a.scaled(by: dy), to: 1) }
  }
}

/// y = x everywhere, for a number x; dx = Σ dy.
package struct Broadcast: DifferentiableOperation {
  package let shape: Shape

  package var name: String { "broadcast" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].count == 1 else {
      throw ShapeMismatch(name, needs: "a number", found: inputs)
    }
    return [shape]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.broadcast, sizes: [shape.count])
  }

  package func pullback(_ step: Pullback) {
    step.contribute(step.cotangent().sum().reshaped(to: step.inputs[0].shape), to: 0)
  }
}

extension Value {
  /// The sum of all numbers, `[1]`.
  public func sum() -> Value { trace.record(Sum(), [self])[0] }

  /// The sum of the rows of a matrix `[m, n]`, `[n]`.
  public func sumOfRows() -> Value { trace.record(SumColumns(), [self])[0] }

  /// The sum of the products with a value of the same shape, `[1]`.
  public func dot(_ other: Value) -> Value { trace.record(Dot(), [self, other])[0] }

  /// One number, repeated.
  public func broadcast(to shape: Shape) -> Value {
    trace.record(Broadcast(shape: shape), [self])[0]
  }
}
