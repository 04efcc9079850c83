import TapeheadKernels

// y = x (1 + R / T) for the K largest numbers, whose sum is T, and 0 for the others, whose sum is R:
// Σ y = Σ x. Which ones are kept passes no gradient. With D = Σ dy x over those kept,
// dx = dy (1 + R / T) − (D / T) (R / T) for them and D / T for the others.

/// A vector without all but its K largest numbers, at the same sum; beside it their places, ascending.
package struct KeepLargest: DifferentiableOperation {
  package let kept: Int

  /// Numbers that can be kept at most.
  package static let most = Int(TH_MOST_KEPT)

  package var name: String { "keep largest" }
  package var outputCount: Int { 3 }
  package var outputsWithoutGradient: Set<Int> { [1, 2] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let count = inputs[0].count
    // Places are kept as floats, which count exactly up to the most slots.
    guard (1...min(count, Self.most)).contains(kept), count <= Allocation.mostSlots else {
      throw ShapeMismatch(
        name, needs: "a vector of at least the \(kept) numbers to keep, 1 to \(Self.most)",
        found: inputs)
    }
    return [inputs[0], [kept], [1]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.keep_largest, sizes: [inputs[0].count, kept])
  }

  package func pullback(_ step: Pullback) {
    let x = step.inputs[0]
    let operation = GradientKernel(
      "keep largest gradient", \.keep_largest_gradient, sizes: [x.count, kept],
      outputs: [x.shape])
    let made = step.record(operation, [x, step.outputs[1], step.outputs[2], step.cotangent()])
    step.contribute(made[0], to: 0)
  }
}

/// A vector `[N]` that is 0 but at K places.
public struct SparseVector {
  /// All of its numbers, `[N]`.
  public let numbers: Value
  /// Where it need not be 0, ascending, `[K]`.
  public let places: Value
}

extension Value {
  /// The `count` largest numbers of this vector `[N]`, scaled so that their sum is that of all.
  ///
  /// Of equal numbers the first are kept. `count` is from 1 to N, at most 1,024.
  public func largest(_ count: Int) -> SparseVector {
    let made = trace.record(KeepLargest(kept: count), [self])
    return SparseVector(numbers: made[0], places: made[1])
  }
}
