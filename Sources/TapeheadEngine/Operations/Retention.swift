import TapeheadKernels

// ψ(i) = Π_h (1 − g_h w_h(i)) (DNC, "Dynamic memory allocation").
// With R_h = Π_{k≠h} (1 − g_k w_k): dw_h = −g_h R_h dψ, dg_h = −Σᵢ w_h(i) R_h(i) dψ(i).

/// How much of each slot is left by weightings [h, N], each as strong as its gate [h].
package struct Retention: DifferentiableOperation {
  package var name: String { "retention" }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[1].count == inputs[0].rowCount else {
      throw ShapeMismatch(name, needs: "one gate for each weighting", found: inputs)
    }
    return [[inputs[0].rowLength]]
  }

  private func sizes(_ weightings: Shape) -> [Int] { [weightings.rowLength, weightings.rowCount] }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.retention, sizes: sizes(inputs[0]))
  }

  package func pullback(_ step: Pullback) {
    let (weightings, gates) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "retention gradient", \.retention_gradient, sizes: sizes(weightings.shape),
      outputs: [weightings.shape, gates.shape])
    let made = step.record(operation, [weightings, gates, step.cotangent()])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// What these weightings `[h, N]`, each as strong as its gate `[h]`, leave of each slot, `[N]`.
  public func retention(gates: Value) -> Value {
    trace.record(Retention(), [self, gates])[0]
  }
}
