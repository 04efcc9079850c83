import TapeheadKernels

// f = L x and b = Lᵀ x (DNC, "Read weighting"), together in one pass over the links.
// dL(i, j) = Σ_h df_h(i) x_h(j) + x_h(i) db_h(j), dx = Lᵀ df + L db.

/// Links [N, N] followed forward and backward from each of the weightings [h, N].
package struct LinkDirections: DifferentiableOperation {
  package var name: String { "link directions" }
  package var outputCount: Int { 2 }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (links, weightings) = (inputs[0], inputs[1])
    guard links.dimensions == [weightings.rowLength, weightings.rowLength] else {
      throw ShapeMismatch(
        name, needs: "links of slots × slots and weightings over the slots", found: inputs)
    }
    return [weightings, weightings]
  }

  private func sizes(_ weightings: Shape) -> [Int] { [weightings.rowLength, weightings.rowCount] }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.link_directions, sizes: sizes(inputs[1]))
  }

  package func pullback(_ step: Pullback) {
    let (links, weightings) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "link directions gradient", \.link_directions_gradient, sizes: sizes(weightings.shape),
      outputs: [links.shape, weightings.shape])
    let made = step.record(
      operation, [links, weightings, step.cotangent(0), step.cotangent(1)])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// Where these links `[N, N]` lead from weightings `[h, N]`: what was written after, and before.
  public func directions(from weightings: Value) -> (forward: Value, backward: Value) {
    let made = trace.record(LinkDirections(), [self, weightings])
    return (made[0], made[1])
  }
}
