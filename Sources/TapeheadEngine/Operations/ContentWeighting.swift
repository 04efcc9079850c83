import TapeheadKernels

// w(i) = exp(β K(i)) / Σⱼ exp(β K(j)) (NTM, equation 5).
// With u = w ∘ (dw − Σ dw ∘ w): dK = β u, dβ = Σ u ∘ K.

/// The softmax of similarities [h, N], each row sharpened by its strength [h].
package struct ContentWeighting: DifferentiableOperation {
  package var name: String { "content weighting" }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[1].count == inputs[0].rowCount else {
      throw ShapeMismatch(name, needs: "one strength for each row of similarities", found: inputs)
    }
    return [inputs[0]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.content_weighting, sizes: [inputs[0].rowLength, inputs[0].rowCount])
  }

  package func pullback(_ step: Pullback) {
    let (similarity, strength) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "content weighting gradient", \.content_weighting_gradient,
      sizes: [similarity.shape.rowLength, similarity.shape.rowCount],
      outputs: [similarity.shape, strength.shape])
    let made = step.record(
      operation, [similarity, strength, step.outputs[0], step.cotangent()])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// The weighting over slots from these similarities `[N]` (or `[h, N]`) and strengths `[1]` (or `[h]`).
  public func contentWeighting(strength: Value) -> Value {
    trace.record(ContentWeighting(), [self, strength])[0]
  }
}
