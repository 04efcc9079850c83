import TapeheadKernels

// f = L x and b = Lᵀ x (DNC, "Read weighting") over the links that are there.
// dL(i, j) = Σ_h df_h(i) x_h(j) + x_h(i) db_h(j), dx = Lᵀ df + L db.

/// Sparse links, `[K, N]` degrees and slots, followed forward and backward from weightings [h, N].
package struct SparseLinkDirections: DifferentiableOperation {
  package var name: String { "sparse link directions" }
  package var outputCount: Int { 2 }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (links, slots, weightings) = (inputs[0], inputs[1], inputs[2])
    guard links.dimensions.count == 2, slots == links, links.rowLength == weightings.rowLength
    else {
      throw ShapeMismatch(
        name, needs: "degrees and slots of K entries × slots and weightings over the slots",
        found: inputs)
    }
    return [weightings, weightings]
  }

  private func sizes(_ links: Shape, _ weightings: Shape) -> [Int] {
    [links.rowLength, links.rowCount, weightings.rowCount]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.sparse_link_directions, sizes: sizes(inputs[0], inputs[2]))
  }

  package func pullback(_ step: Pullback) {
    let (links, weightings) = (step.inputs[0], step.inputs[2])
    let operation = GradientKernel(
      "sparse link directions gradient", \.sparse_link_directions_gradient,
      sizes: sizes(links.shape, weightings.shape), outputs: [links.shape, weightings.shape])
    let made = step.record(operation, step.inputs + [step.cotangent(0), step.cotangent(1)])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 2)
  }
}

extension SparseLinks {
  /// Where these links lead from weightings `[h, N]`: what was written after, and before.
  public func directions(from weightings: Value) -> (forward: Value, backward: Value) {
    let made = degrees.trace.record(SparseLinkDirections(), [degrees, slots, weightings])
    return (made[0], made[1])
  }
}
