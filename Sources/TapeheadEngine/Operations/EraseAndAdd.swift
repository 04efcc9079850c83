import TapeheadKernels

// M' = M ∘ Π_h (1 − e_h w_hᵀ) + Σ_h a_h w_hᵀ (NTM, equations 3 and 4, for heads that write at once:
// all erasures, then all additions).

/// Writes to a memory [M, N] with weightings [h, N], erase vectors and add vectors [h, M].
package struct EraseAndAdd: DifferentiableOperation {
  package var name: String { "erase and add" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (memory, weighting, erase, add) = (inputs[0], inputs[1], inputs[2], inputs[3])
    guard memory.dimensions.count == 2, weighting.rowLength == memory.dimensions[1],
      erase == add, erase.rowLength == memory.dimensions[0], erase.rowCount == weighting.rowCount
    else {
      throw ShapeMismatch(
        name, needs: "a memory, a weighting over its slots, and erase and add as wide as it",
        found: inputs)
    }
    return [memory]
  }

  private func sizes(_ memory: Shape, _ weighting: Shape) -> [Int] {
    memory.dimensions + [weighting.rowCount]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.erase_and_add, sizes: sizes(inputs[0], inputs[1]))
  }

  package func pullback(_ step: Pullback) {
    let shapes = step.inputs.map(\.shape)
    let operation = GradientKernel(
      "erase and add gradient", \.erase_and_add_gradient, sizes: sizes(shapes[0], shapes[1]),
      outputs: shapes, inPlace: [(0, 4)])
    let made = step.record(operation, step.inputs + [step.cotangent()])
    for index in shapes.indices { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// This memory `[M, N]` after a write: weighting `[N]`, erase and add `[M]`; or several at once, `[h, …]`.
  public func written(weighting: Value, erase: Value, add: Value) -> Value {
    trace.record(EraseAndAdd(), [self, weighting, erase, add])[0]
  }

  /// r = Σᵢ w(i) M(i): what a weighting `[N]` (or several, `[h, N]`) reads from this memory (NTM, equation 2).
  public func read(_ weighting: Value) -> Value { applied(to: weighting) }
}
