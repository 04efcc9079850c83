import TapeheadKernels

// p' = (1 − Σ w) p + w (DNC, "Temporal memory linkage").
// dp = (1 − Σ w) dp', dw(i) = dp'(i) − Σⱼ dp'(j) p(j).

/// Where was written last, to what degree.
package struct Precedence: DifferentiableOperation {
  package var name: String { "precedence" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0] == inputs[1] else {
      throw ShapeMismatch(name, needs: "two values of one shape", found: inputs)
    }
    return [inputs[0]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.precedence, sizes: [outputs[0].count])
  }

  package func pullback(_ step: Pullback) {
    let (precedence, weighting) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "precedence gradient", \.precedence_gradient, sizes: [precedence.count],
      outputs: [precedence.shape, weighting.shape], inPlace: [(0, 2)])
    let made = step.record(operation, [precedence, weighting, step.cotangent()])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// This precedence `[N]` after a write with a weighting `[N]`.
  public func precedence(afterWriting weighting: Value) -> Value {
    trace.record(Precedence(), [self, weighting])[0]
  }
}
