import TapeheadKernels

// K[u, v] = u·v / (|u| |v|) for a key and every slot of a memory (NTM, equation 6; DNC, "content").

/// The cosine of the angle between every key [h, M] and every slot of a memory [M, N].
///
/// Beside it makes the lengths of keys [h] and slots [N], which its gradient needs.
package struct CosineSimilarity: DifferentiableOperation {
  package let conventions: SimilarityConventions

  package var name: String { "cosine similarity" }
  package var outputCount: Int { 3 }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (memory, keys) = (inputs[0], inputs[1])
    guard memory.dimensions.count == 2, keys.rowLength == memory.dimensions[0] else {
      throw ShapeMismatch(name, needs: "a memory, and keys as wide as it", found: inputs)
    }
    return [keys.withRows(of: memory.rowLength), [keys.rowCount], [memory.rowLength]]
  }

  private func sizes(_ memory: Shape, _ keys: Shape) -> [Int] {
    memory.dimensions + [keys.rowCount]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(
      \.cosine_similarity, sizes: sizes(inputs[0], inputs[1]), constants: conventions.constants)
  }

  package func pullback(_ step: Pullback) {
    let shapes = step.inputs.map(\.shape)
    let operation = GradientKernel(
      "cosine similarity gradient", \.cosine_similarity_gradient,
      sizes: sizes(shapes[0], shapes[1]), constants: conventions.constants, outputs: shapes)
    let made = step.record(
      operation, step.inputs + step.outputs + [conventions.cotangent(in: step)])
    for index in shapes.indices { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// K[k, M(i)] for a key `[M]` (or several, `[h, M]`) and each slot of this memory `[M, N]`: `[N]` (or `[h, N]`).
  ///
  /// One pass over the memory serves all keys, so heads that see one memory ask together.
  public func cosineSimilarity(to keys: Value, _ conventions: SimilarityConventions) -> Value {
    trace.record(CosineSimilarity(conventions: conventions), [self, keys])[0]
  }
}
