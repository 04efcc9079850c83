import TapeheadKernels

// y = x W + b, with W as [inputs, outputs].
// dx = W dy. dW = Σ xᵀ dy and db = Σ dy over all steps and sequences wait until after the last step
// back, when one matrix product makes them.

/// A linear map with a bias or without one.
package struct LinearMap: DifferentiableOperation {
  package let hasBias: Bool

  package var name: String { "linear" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (x, weight) = (inputs[0], inputs[1])
    guard weight.dimensions.count == 2, x.count == weight.dimensions[0] else {
      throw ShapeMismatch(
        name, needs: "an input of as many numbers as its weight has rows", found: [x, weight])
    }
    guard !hasBias || inputs[2].count == weight.dimensions[1] else {
      throw ShapeMismatch(
        name, needs: "a bias of as many numbers as its weight has columns",
        found: [inputs[2], weight])
    }
    return [[weight.dimensions[1]]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    let (inputs, outputs) = (inputs[1].dimensions[0], inputs[1].dimensions[1])
    return KernelCall(
      \.linear, sizes: [inputs, outputs, paddedToVector(outputs), hasBias ? 1 : 0],
      sharesMatrix: true)
  }

  package func pullback(_ step: Pullback) {
    let (x, weight, dy) = (step.inputs[0], step.inputs[1], step.cotangent())
    step.contributeProduct(x, dy, to: 1)
    if hasBias { step.contribute(dy, to: 2) }
    guard step.wants(0) else { return }
    let range = step.wantedRange(0)
    let outputs = weight.shape.dimensions[1]
    let operation = LinearInputGradient(
      first: range.lowerBound, count: range.count, outputs: outputs)
    step.contribute(step.record(operation, [dy, weight])[0], to: 0, from: range.lowerBound)
  }
}

/// dx = W dy for the rows of W from `first` on.
package struct LinearInputGradient: Operation {
  package let first: Int
  package let count: Int
  package let outputs: Int

  package var name: String { "linear gradient" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] { [[count]] }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    let row = paddedToVector(self.outputs)
    return KernelCall(
      \.linear_input_gradient, sizes: [count, self.outputs, row], skips: [1: first * row],
      sharesMatrix: true)
  }
}

extension Value {
  /// The value through a linear map; `weight` is a matrix parameter `[inputs, outputs]`.
  public func linear(weight: Parameter, bias: Parameter? = nil) -> Value {
    precondition(weight.layout == .matrix, "\(weight.name) is no matrix parameter")
    // The kernel has a place for a bias and, without one, doesn't look there.
    let inputs = [self, trace.parameter(weight), trace.parameter(bias ?? weight)]
    return trace.record(LinearMap(hasBias: bias != nil), inputs)[0]
  }
}
