package import TapeheadEngine

/// A memory to look up contents in.
package struct LookupMemory {
  /// `[W, N]`.
  private let contents: Value
  private let conventions: DNCConventions

  package init(_ contents: Value, _ conventions: DNCConventions) {
    self.contents = contents
    self.conventions = conventions
  }

  /// c(i) = softmaxᵢ(β cos(k, M(i))), `[h, N]`, for keys `[h, W]`, strengths `[h]`, masks `[h, W]`.
  ///
  /// Under masks it is cos(m ∘ k, m ∘ M(i)) (Csordás & Schmidhuber 2019).
  package func weightings(keys: Value, strengths: Value, masks: Value?) -> Value {
    let similarity =
      masks.map { contents.maskedSimilarity(to: keys, under: $0, conventions.similarity) }
      ?? contents.cosineSimilarity(to: keys, conventions.similarity)
    return similarity.contentWeighting(strength: strengths)
  }
}
