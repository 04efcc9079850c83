import TapeheadKernels

// y = g a + (1 − g) b (NTM, equation 7).
// dg = Σ dy ∘ (a − b), da = g dy, db = (1 − g) dy.

/// A mixture of two values, ruled by one number.
package struct Interpolate: DifferentiableOperation {
  package var name: String { "interpolate" }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].count == 1, inputs[1] == inputs[2] else {
      throw ShapeMismatch(name, needs: "a gate and two values of one shape", found: inputs)
    }
    return [inputs[1]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.interpolate, sizes: [outputs[0].count])
  }

  package func pullback(_ step: Pullback) {
    let (gate, a, b) = (step.inputs[0], step.inputs[1], step.inputs[2])
    let operation = GradientKernel(
      "interpolate gradient", \.interpolate_gradient, sizes: [a.count],
      outputs: [gate.shape, a.shape, b.shape])
    let made = step.record(operation, [gate, a, b, step.cotangent()])
    for index in 0..<3 { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// g · self + (1 − g) · other.
  public func interpolated(with other: Value, gate: Value) -> Value {
    trace.record(Interpolate(), [gate, self, other])[0]
  }
}
