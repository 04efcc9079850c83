import TapeheadKernels

// u' = (u + w − u ∘ w) ∘ ψ (DNC, "Dynamic memory allocation").
// du = (1 − w) ψ du', dw = (1 − u) ψ du', dψ = (u + w − u w) du'.

/// The usage of each slot after a write and after what was freed.
package struct UsageUpdate: DifferentiableOperation {
  package var name: String { "usage update" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0] == inputs[1], inputs[0] == inputs[2] else {
      throw ShapeMismatch(name, needs: "three values of one shape", found: inputs)
    }
    return [inputs[0]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.usage, sizes: [outputs[0].count])
  }

  package func pullback(_ step: Pullback) {
    let usage = step.inputs[0]
    let operation = GradientKernel(
      "usage update gradient", \.usage_gradient, sizes: [usage.count],
      outputs: step.inputs.map(\.shape), inPlace: [(0, 3)])
    let made = step.record(operation, step.inputs + [step.cotangent()])
    for index in 0..<3 { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// This usage `[N]` after a write with a weighting `[N]`, times what is retained of each slot.
  public func usage(afterWriting weighting: Value, retaining retention: Value) -> Value {
    trace.record(UsageUpdate(), [self, weighting, retention])[0]
  }
}
