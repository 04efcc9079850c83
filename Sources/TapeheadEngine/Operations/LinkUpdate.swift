import TapeheadKernels

// L'(i, j) = (1 − w(i) − w(j)) L(i, j) + w(i) p(j), L'(i, i) = 0 (DNC, "Temporal memory linkage").
// With D = dL', but 0 where i = j: dL(i, j) = (1 − w(i) − w(j)) D(i, j),
// dw(k) = Σⱼ D(k, j) (p(j) − L(k, j)) − Σᵢ D(i, k) L(i, k), dp(j) = Σᵢ w(i) D(i, j).

/// The links [N, N] after a write with a weighting [N], given where was written before.
package struct LinkUpdate: DifferentiableOperation {
  package var name: String { "link update" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (links, weighting, precedence) = (inputs[0], inputs[1], inputs[2])
    guard links.dimensions == [weighting.count, weighting.count], precedence == weighting else {
      throw ShapeMismatch(
        name, needs: "links of slots × slots, a weighting and a precedence", found: inputs)
    }
    return [links]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.link_update, sizes: [inputs[1].count])
  }

  package func pullback(_ step: Pullback) {
    let operation = GradientKernel(
      "link update gradient", \.link_update_gradient, sizes: [step.inputs[1].count],
      outputs: step.inputs.map(\.shape), inPlace: [(0, 3)])
    let made = step.record(operation, step.inputs + [step.cotangent()])
    for index in 0..<3 { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// These links `[N, N]` after a write with a weighting `[N]`, given the precedence before it.
  public func links(afterWriting weighting: Value, precedence: Value) -> Value {
    trace.record(LinkUpdate(), [self, weighting, precedence])[0]
  }
}
