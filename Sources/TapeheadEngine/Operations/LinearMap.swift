import TapeheadKernels

// y = x W + b, with W as [inputs, outputs].
// dx = W dy. dW = Σ xᵀ dy and db = Σ dy over all steps and sequences wait until after the last step
// back, when one matrix product makes them.

/// A linear map: x with some rows of a weight, added to a bias, to the map of other rows, or to nothing.
package struct LinearMap: DifferentiableOperation {
  /// Whether the third input is what the sums start from.
  package let hasStart: Bool
  /// The first of the weight's rows that it takes.
  package let first: Int
  /// How many of them; nil for all.
  package let count: Int?

  package var name: String { "linear" }
  package var accumulates: Set<Int> { [0] }
  package var inPlace: [(output: Int, input: Int)] { hasStart ? [(0, 2)] : [] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (x, weight) = (inputs[0], inputs[1])
    guard weight.dimensions.count == 2, x.count == count ?? weight.dimensions[0] else {
      throw ShapeMismatch(
        name, needs: "an input of as many numbers as its weight has rows", found: [x, weight])
    }
    guard !hasStart || inputs[2].count == weight.dimensions[1] else {
      throw ShapeMismatch(
        name, needs: "a bias of as many numbers as its weight has columns",
        found: [inputs[2], weight])
    }
    return [[weight.dimensions[1]]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    let (x, columns) = (inputs[0].count, inputs[1].dimensions[1])
    let row = paddedToVector(columns)
    return KernelCall(
      \.linear, sizes: [x, columns, row, hasStart ? 1 : 0], skips: [1: first * row],
      sharesMatrix: true)
  }

  package func pullback(_ step: Pullback) {
    let (x, weight, dy) = (step.inputs[0], step.inputs[1], step.cotangent())
    step.contributeProduct(x, dy, to: 1, fromRow: first)
    if hasStart { step.contribute(dy, to: 2) }
    guard step.wants(0) else { return }
    let range = step.wantedRange(0)
    let outputs = weight.shape.dimensions[1]
    let operation = LinearInputGradient(
      first: first + range.lowerBound, count: range.count, outputs: outputs)
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
    map(weight, start: bias.map(trace.parameter))
  }

  /// This value and a second one behind it through a linear map: the bits of the two joined.
  ///
  /// They need not be joined, and where this one depends on no step before, its share is made for all steps
  /// at once.
  public func linear(with second: Value, weight: Parameter, bias: Parameter) -> Value {
    guard count + second.count == weight.shape.dimensions[0] else {
      return concatenate([self, second]).linear(weight: weight, bias: bias)
    }
    let sums = map(weight, start: trace.parameter(bias), first: 0, count: count)
    return second.map(weight, start: sums, first: count, count: second.count)
  }

  private func map(
    _ weight: Parameter, start: Value?, first: Int = 0, count: Int? = nil
  ) -> Value {
    precondition(weight.layout == .matrix, "\(weight.name) is no matrix parameter")
    // The kernel has a place for a start and, without one, doesn't look there.
    let matrix = trace.matrix(weight)
    let operation = LinearMap(hasStart: start != nil, first: first, count: count)
    return trace.record(operation, [self, matrix, start ?? matrix])[0]
  }
}
