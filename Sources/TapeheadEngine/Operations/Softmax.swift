import TapeheadKernels

// y = softmax(x) over each row.
// ∂yᵢ/∂xⱼ = yᵢ (δᵢⱼ − yⱼ), so dxⱼ = yⱼ (dyⱼ − Σᵢ dyᵢ yᵢ).

/// The softmax of a vector, or of each row of a matrix.
package struct Softmax: DifferentiableOperation {
  package var name: String { "softmax" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] { inputs }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.softmax, sizes: sizes(outputs[0]))
  }

  private func sizes(_ shape: Shape) -> [Int] { [shape.rowLength, shape.rowCount] }

  package func pullback(_ step: Pullback) {
    let y = step.outputs[0]
    let operation = GradientKernel(
      "softmax gradient", \.softmax_gradient, sizes: sizes(y.shape), outputs: [y.shape],
      inPlace: [(0, 1)])
    step.contribute(step.record(operation, [y, step.cotangent()])[0], to: 0)
  }
}

extension Value {
  /// The softmax of a vector, or of each row of a matrix.
  public func softmax() -> Value { trace.record(Softmax(), [self])[0] }
}
