import TapeheadKernels

// Papers and programs differ in how they keep a cosine away from 0/0, so that is a value of its own.

/// How a similarity and its gradient are kept from what lengths near zero make of them.
///
/// |v| = max(√(Σ v² + insideRoot), floor), and the similarity is the dot product divided by
/// (|u| |v| + besideProduct).
public struct SimilarityConventions: Sendable, Hashable, Codable {
  public var insideRoot: Float
  public var floor: Float
  public var besideProduct: Float
  /// What comes back into a similarity is cut off at ± this; 0 leaves it.
  ///
  /// The way on to a slot divides by the slot's length, and through what wrote the slot leads to the
  /// similarities of the step before: over slots that are all but zero a gradient grows with every step.
  public var gradientLimit: Float

  public init(
    insideRoot: Float = 0, floor: Float = 0, besideProduct: Float = 0, gradientLimit: Float = 0
  ) {
    self.insideRoot = insideRoot
    self.floor = floor
    self.besideProduct = besideProduct
    self.gradientLimit = gradientLimit
  }

  /// Reads the choices; a limit, which came later than the others, may be missing, and is 0 then as it was.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      insideRoot: try container.decode(Float.self, forKey: .insideRoot),
      floor: try container.decode(Float.self, forKey: .floor),
      besideProduct: try container.decode(Float.self, forKey: .besideProduct),
      gradientLimit: try container.decodeIfPresent(Float.self, forKey: .gradientLimit) ?? 0)
  }
}

extension SimilarityConventions {
  package var constants: [Float] { [insideRoot, floor, besideProduct] }

  /// The cotangent of a similarity, cut off.
  package func cotangent(in step: Pullback) -> Value {
    let cotangent = step.cotangent()
    guard gradientLimit > 0 else { return cotangent }
    let operation = GradientKernel(
      "similarity gradient limit", \.clamp, sizes: [cotangent.count],
      constants: [-gradientLimit, gradientLimit], outputs: [cotangent.shape], inPlace: [(0, 0)])
    return step.record(operation, [cotangent])[0]
  }
}
