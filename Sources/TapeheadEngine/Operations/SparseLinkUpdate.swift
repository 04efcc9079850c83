import TapeheadKernels

// L'(i, j) = (1 − w(i) − w(j)) L(i, j) + w(i) p(j), L'(i, i) = 0, of which the K largest of each slot
// i are kept (DNC, methods, "Sparse link matrix"). The gradient is that of the exact links through
// the entries that are kept; which ones are passes none.

/// Sparse links, `[K, N]` degrees and slots, after a write with K weights, given where was written before.
package struct SparseLinkUpdate: DifferentiableOperation {
  package var name: String { "sparse link update" }
  package var outputCount: Int { 2 }
  package var outputsWithoutGradient: Set<Int> { [1] }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0), (1, 1)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (links, slots, weighting, written) = (inputs[0], inputs[1], inputs[2], inputs[3])
    let isWhole =
      links.dimensions == [written.count, weighting.count] && slots == links
      && inputs[4] == weighting && inputs[5] == written
    guard isWhole, written.count <= KeepLargest.most else {
      throw ShapeMismatch(
        name, needs: "degrees and slots of K entries × slots, a weighting and a precedence of K",
        found: inputs)
    }
    return [links, links]
  }

  private func sizes(_ links: Shape) -> [Int] { [links.rowLength, links.rowCount] }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.sparse_link_update, sizes: sizes(inputs[0]))
  }

  package func pullback(_ step: Pullback) {
    let (links, weighting, precedence) = (step.inputs[0], step.inputs[2], step.inputs[4])
    let operation = GradientKernel(
      "sparse link update gradient", \.sparse_link_update_gradient, sizes: sizes(links.shape),
      outputs: [links.shape, weighting.shape, precedence.shape], inPlace: [(0, 7)])
    let made = step.record(operation, step.inputs + [step.outputs[1], step.cotangent()])
    for (output, input) in [(0, 0), (1, 2), (2, 4)] { step.contribute(made[output], to: input) }
  }
}

/// The K largest links to each of N slots; an entry without a link names its own slot.
public struct SparseLinks {
  /// The degrees of the links, `[K, N]`.
  public var degrees: Value
  /// Which slots they come from, `[K, N]`.
  public var slots: Value

  public init(degrees: Value, slots: Value) {
    self.degrees = degrees
    self.slots = slots
  }

  /// K.
  public var entries: Int { degrees.shape.dimensions.first ?? 0 }

  /// No links to any of N slots, with room for K to each.
  public static func none(slots: Int, entries: Int, in trace: Trace) -> SparseLinks {
    let own = (0..<entries).flatMap { _ in (0..<slots).map(Float.init) }
    return SparseLinks(
      degrees: trace.constant(0, shape: [entries, slots]),
      slots: trace.constant(own, shape: [entries, slots]))
  }

  /// These links after a write, given the precedence before it, each with K numbers beside 0.
  public func updated(writing weighting: SparseVector, precedence: SparseVector) -> SparseLinks {
    let made = degrees.trace.record(
      SparseLinkUpdate(),
      [
        degrees, slots, weighting.numbers, weighting.places, precedence.numbers,
        precedence.places,
      ])
    return SparseLinks(degrees: made[0], slots: made[1])
  }
}
