package import TapeheadEngine

/// A memory to look up contents in, with the lengths of its slots, which all keys share.
package struct LookupMemory {
  /// `[W, N]`.
  private let contents: Value
  private let conventions: DNCConventions
  /// `[N]`; nil under masks, where every head sees lengths of its own.
  private let lengths: Value?

  package init(_ contents: Value, _ conventions: DNCConventions) {
    self.contents = contents
    self.conventions = conventions
    self.lengths = conventions.masksLookup ? nil : contents.slotLengths(conventions.similarity)
  }

  /// c(i) = softmaxᵢ(β cos(k, M(i))), `[h, N]`, for keys `[h, W]`, strengths `[h]`, masks `[h, W]`.
  ///
  /// Under masks it is cos(m ∘ k, m ∘ M(i)) (Csordás & Schmidhuber 2019).
  package func weightings(keys: Value, strengths: Value, masks: Value?) -> Value {
    let similarity =
      switch (lengths, masks) {
      case (.some(let lengths), _):
        contents.cosineSimilarity(to: keys, lengths: lengths, conventions.similarity)
      case (.none, .some(let masks)):
        contents.maskedSimilarity(to: keys, under: masks, conventions.similarity)
      case (.none, .none):
        preconditionFailure("a masked look-up needs masks")
      }
    return similarity.contentWeighting(strength: strengths)
  }
}
