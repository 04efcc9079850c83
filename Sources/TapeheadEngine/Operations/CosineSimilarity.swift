import TapeheadKernels

// K[u, v] = u·v / (|u| |v|) for a key and every slot of a memory (NTM, equation 6; DNC, "content").
// Papers and programs differ in how they keep away from 0/0, so that is a value of its own.

/// How lengths and their product are kept away from zero.
///
/// |v| = max(√(Σ v² + insideRoot), floor), and the similarity is the dot product divided by
/// (|u| |v| + besideProduct).
public struct SimilarityEpsilon: Sendable, Hashable, Codable {
  public var insideRoot: Float
  public var floor: Float
  public var besideProduct: Float

  public init(insideRoot: Float = 0, floor: Float = 0, besideProduct: Float = 0) {
    self.insideRoot = insideRoot
    self.floor = floor
    self.besideProduct = besideProduct
  }
}

/// The cosine of the angle between every key [h, M] and every slot of a memory [M, N].
///
/// Beside it makes the lengths of keys [h] and slots [N], which its gradient needs.
package struct CosineSimilarity: DifferentiableOperation {
  package let epsilon: SimilarityEpsilon

  package var name: String { "cosine similarity" }
  package var outputCount: Int { 3 }
  package var outputsWithoutGradient: Set<Int> { [1, 2] }

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

  private var constants: [Float] {
    [epsilon.insideRoot, epsilon.floor, epsilon.besideProduct]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.cosine_similarity, sizes: sizes(inputs[0], inputs[1]), constants: constants)
  }

  package func pullback(_ step: Pullback) {
    let shapes = step.inputs.map(\.shape)
    let operation = GradientKernel(
      "cosine similarity gradient", \.cosine_similarity_gradient,
      sizes: sizes(shapes[0], shapes[1]), constants: constants, outputs: shapes)
    let made = step.record(operation, step.inputs + step.outputs + [step.cotangent()])
    for index in shapes.indices { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// K[k, M(i)] for a key `[M]` (or several, `[h, M]`) and each slot of this memory `[M, N]`: `[N]` (or `[h, N]`).
  ///
  /// One pass over the memory serves all keys, so heads that see one memory ask together.
  public func cosineSimilarity(to keys: Value, _ epsilon: SimilarityEpsilon) -> Value {
    trace.record(CosineSimilarity(epsilon: epsilon), [self, keys])[0]
  }
}
