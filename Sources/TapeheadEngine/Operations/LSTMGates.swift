import TapeheadKernels

// i, f, o = σ(·), g = tanh(·) of the four parts of z, in the order i, f, g, o;
// c' = f ∘ c + i ∘ g, h = o ∘ tanh(c').

/// The gates of a long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates).
package struct LSTMGates: DifferentiableOperation {
  package var name: String { "LSTM gates" }
  package var outputCount: Int { 3 }
  package var outputsWithoutGradient: Set<Int> { [0] }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].count == 4 * inputs[1].count else {
      throw ShapeMismatch(name, needs: "four times as many sums as cells", found: inputs)
    }
    return [inputs[0], inputs[1], inputs[1]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.lstm_gates, sizes: [inputs[1].count])
  }

  package func pullback(_ step: Pullback) {
    let (z, c) = (step.inputs[0], step.inputs[1])
    let (gates, cNew) = (step.outputs[0], step.outputs[1])
    let operation = GradientKernel(
      "LSTM gates gradient", \.lstm_gates_gradient, sizes: [c.count], outputs: [z.shape, c.shape],
      inPlace: [(0, 0), (1, 4)])
    let made = step.record(operation, [gates, c, cNew, step.cotangent(2), step.cotangent(1)])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// The new cells and the new hidden units from the sums z `[4H]` (parts i, f, g, o) and the cells c `[H]`.
  public func lstmGates(cells: Value) -> (cells: Value, hidden: Value) {
    let made = trace.record(LSTMGates(), [self, cells])
    return (made[1], made[2])
  }
}
