import TapeheadEngine

extension Objective {
  /// Σ G ∘ v over the output and then every state; the targets are the cotangents G in that order.
  static let cotangents = Objective { output, states, targets, _ in
    concatenate([output] + states).dot(targets)
  }
}
