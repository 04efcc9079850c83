import TapeheadKernels

// With φ the slots in ascending order of usage, equal ones by number:
// a[φⱼ] = (1 − u[φⱼ]) Π_{i<j} u[φᵢ] (DNC, "Dynamic memory allocation").
// The order passes no gradient. With v = u[φ] and g = da[φ]:
// dvₖ = Π_{i<k} vᵢ (Sₖ − gₖ), S_{k−1} = gₖ (1 − vₖ) + vₖ Sₖ; nothing is divided by a usage.

/// The weighting over free slots that a usage [N] leaves; beside it the order, and the products.
package struct Allocation: DifferentiableOperation {
  /// Numbers of slots are kept as floats, which count exactly up to here.
  package static let mostSlots = 1 << 24

  package var name: String { "allocation" }
  package var outputCount: Int { 3 }
  package var outputsWithoutGradient: Set<Int> { [1, 2] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].count <= Self.mostSlots else {
      throw ShapeMismatch(name, needs: "at most \(Self.mostSlots) slots", found: inputs)
    }
    return Array(repeating: inputs[0], count: 3)
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.allocation, sizes: [outputs[0].count])
  }

  package func pullback(_ step: Pullback) {
    let usage = step.inputs[0]
    let operation = GradientKernel(
      "allocation gradient", \.allocation_gradient, sizes: [usage.count], outputs: [usage.shape])
    let made = step.record(
      operation, [usage, step.outputs[1], step.outputs[2], step.cotangent()])
    step.contribute(made[0], to: 0)
  }
}

extension Value {
  /// The weighting `[N]` that prefers the slots of least usage, from this usage `[N]` in [0, 1].
  public func allocation() -> Value { trace.record(Allocation(), [self])[0] }

  /// The slots of this usage `[N]` in ascending order of usage, equal ones by number; no gradient passes.
  package func allocationOrder() -> Value {
    trace.record(Allocation(), [self])[1].withoutGradient()
  }
}
