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

/// The length of every slot of a memory [M, N].
package struct SlotLengths: DifferentiableOperation {
  package let epsilon: SimilarityEpsilon

  package var name: String { "slot lengths" }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].dimensions.count == 2 else {
      throw ShapeMismatch(name, needs: "a memory of width × slots", found: inputs)
    }
    return [[inputs[0].rowLength]]
  }

  private var constants: [Float] { [epsilon.insideRoot, epsilon.floor] }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.slot_lengths, sizes: inputs[0].dimensions, constants: constants)
  }

  package func pullback(_ step: Pullback) {
    let memory = step.inputs[0]
    let operation = GradientKernel(
      "slot lengths gradient", \.slot_lengths_gradient, sizes: memory.shape.dimensions,
      constants: constants, outputs: [memory.shape])
    step.contribute(step.record(operation, [memory, step.outputs[0], step.cotangent()])[0], to: 0)
  }
}

/// The cosine of the angle between every key [h, M] and every slot of a memory [M, N].
package struct CosineSimilarity: DifferentiableOperation {
  package let epsilon: SimilarityEpsilon

  package var name: String { "cosine similarity" }
  package var outputCount: Int { 2 }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (memory, lengths, keys) = (inputs[0], inputs[1], inputs[2])
    guard memory.dimensions.count == 2, lengths.count == memory.rowLength,
      keys.rowLength == memory.dimensions[0]
    else {
      throw ShapeMismatch(
        name, needs: "a memory, its lengths, and keys as wide as the memory", found: inputs)
    }
    return [keys.withRows(of: memory.rowLength), [keys.rowCount]]
  }

  private var constants: [Float] {
    [epsilon.insideRoot, epsilon.floor, epsilon.besideProduct]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(
      \.cosine_similarity, sizes: inputs[0].dimensions + [inputs[2].rowCount],
      constants: constants)
  }

  package func pullback(_ step: Pullback) {
    let (memory, lengths, keys) = (step.inputs[0], step.inputs[1], step.inputs[2])
    let operation = GradientKernel(
      "cosine similarity gradient", \.cosine_similarity_gradient,
      sizes: memory.shape.dimensions + [keys.shape.rowCount], constants: constants,
      outputs: [memory.shape, lengths.shape, keys.shape])
    let made = step.record(
      operation, [memory, lengths, keys, step.outputs[1], step.outputs[0], step.cotangent()])
    for index in 0..<3 { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// The length of every slot of this memory `[M, N]`, `[N]`; heads that see one memory share it.
  public func slotLengths(_ epsilon: SimilarityEpsilon) -> Value {
    trace.record(SlotLengths(epsilon: epsilon), [self])[0]
  }

  /// K[k, M(i)] for a key `[M]` (or several, `[h, M]`) and each slot of this memory `[M, N]`: `[N]` (or `[h, N]`).
  public func cosineSimilarity(
    to keys: Value, lengths: Value, _ epsilon: SimilarityEpsilon
  ) -> Value {
    trace.record(CosineSimilarity(epsilon: epsilon), [self, lengths, keys])[0]
  }
}
