import TapeheadKernels

// K[m ∘ k, m ∘ M(i)], the cosine of what a mask lets through of a key and of every slot (Csordás &
// Schmidhuber 2019, arXiv:1904.10278). The derivation of the gradient stands above its kernel.

/// The cosine of every key [h, M] and every slot of a memory [M, N], both under masks [h, M].
package struct MaskedSimilarity: DifferentiableOperation {
  package let epsilon: SimilarityEpsilon

  package var name: String { "masked similarity" }
  package var outputCount: Int { 3 }
  package var outputsWithoutGradient: Set<Int> { [1, 2] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (memory, keys, masks) = (inputs[0], inputs[1], inputs[2])
    guard memory.dimensions.count == 2, keys == masks, keys.rowLength == memory.dimensions[0] else {
      throw ShapeMismatch(
        name, needs: "a memory, and keys and masks as wide as the memory", found: inputs)
    }
    let similarities = keys.withRows(of: memory.rowLength)
    return [similarities, similarities, [keys.rowCount]]
  }

  private var constants: [Float] {
    [epsilon.insideRoot, epsilon.floor, epsilon.besideProduct]
  }

  private func sizes(_ memory: Shape, _ keys: Shape) -> [Int] {
    memory.dimensions + [keys.rowCount]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.masked_similarity, sizes: sizes(inputs[0], inputs[1]), constants: constants)
  }

  package func pullback(_ step: Pullback) {
    let (memory, keys) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "masked similarity gradient", \.masked_similarity_gradient,
      sizes: sizes(memory.shape, keys.shape), constants: constants,
      outputs: step.inputs.map(\.shape))
    let made = step.record(operation, step.inputs + step.outputs + [step.cotangent()])
    for index in 0..<3 { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// K[m ∘ k, m ∘ M(i)], `[h, N]`, for keys and masks `[h, M]` and this memory `[M, N]`.
  public func maskedSimilarity(
    to keys: Value, under masks: Value, _ epsilon: SimilarityEpsilon
  ) -> Value {
    trace.record(MaskedSimilarity(epsilon: epsilon), [self, keys, masks])[0]
  }
}
