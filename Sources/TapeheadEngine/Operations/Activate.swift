import TapeheadKernels

// Consecutive parts of one vector, each through its own function: what heads emit, in one pass.

/// What a part of an interface vector goes through.
public enum Activation: String, Sendable, Codable, CaseIterable {
  case identity, tanh, sigmoid, softplus
  /// 1 + log(1 + eˣ), at least 1 (DNC, "oneplus").
  case oneplus
  /// The softmax over the part.
  case softmax
  case relu

  var code: Int {
    switch self {
    case .identity: Int(TH_ACTIVATION_IDENTITY.rawValue)
    case .tanh: Int(TH_ACTIVATION_TANH.rawValue)
    case .sigmoid: Int(TH_ACTIVATION_SIGMOID.rawValue)
    case .softplus: Int(TH_ACTIVATION_SOFTPLUS.rawValue)
    case .oneplus: Int(TH_ACTIVATION_ONEPLUS.rawValue)
    case .softmax: Int(TH_ACTIVATION_SOFTMAX.rawValue)
    case .relu: Int(TH_ACTIVATION_RELU.rawValue)
    }
  }
}

/// Applies one activation after another to consecutive parts of a vector.
package struct Activate: DifferentiableOperation {
  package let parts: [(count: Int, activation: Activation)]
  /// By part: where its results stand.
  package let places: [Int]

  /// The results of leading parts stand side by side, before those of the others.
  package init(_ parts: [(count: Int, activation: Activation)], leading: [Int] = []) {
    self.parts = parts
    var places = parts.map { _ in 0 }
    var end = 0
    for part in leading + parts.indices.filter({ !leading.contains($0) }) {
      places[part] = end
      end += parts[part].count
    }
    self.places = places
  }

  package var name: String { "activate" }
  package var accumulates: Set<Int> { [0] }

  private var sizes: [Int] {
    [parts.count]
      + parts.indices.flatMap { [parts[$0].count, parts[$0].activation.code, places[$0]] }
  }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let needed = parts.reduce(0) { $0 + $1.count }
    guard inputs[0].count == needed else {
      throw ShapeMismatch(name, needs: "a vector of \(needed) numbers", found: inputs)
    }
    return inputs
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.activate, sizes: sizes)
  }

  package func pullback(_ step: Pullback) {
    let (x, y, dy) = (step.inputs[0], step.outputs[0], step.cotangent())
    let stay = places == places.sorted()
    let operation = GradientKernel(
      "activate gradient", \.activate_gradient, sizes: sizes, outputs: [x.shape],
      inPlace: [(0, 0)] + (stay ? [(0, 2)] : []))
    step.contribute(step.record(operation, [x, y, dy])[0], to: 0)
  }

  fileprivate func results(in whole: Value) -> [Value] {
    parts.indices.map { whole.slice(from: places[$0], count: parts[$0].count) }
  }
}

extension Value {
  /// Puts consecutive parts of the vector through their activations; returns the parts in order.
  ///
  /// The results of leading parts stand side by side, so that they can be joined without a copy.
  public func activated(
    _ parts: [(count: Int, activation: Activation)], leading: [Int] = []
  ) -> [Value] {
    let operation = Activate(parts, leading: leading)
    return operation.results(in: trace.record(operation, [self])[0])
  }

  /// Puts consecutive parts of the vector through their activations; the parts stay one vector.
  public func activated(by parts: [(count: Int, activation: Activation)]) -> Value {
    trace.record(Activate(parts), [self])[0]
  }

  /// The whole vector through one activation.
  public func activated(_ activation: Activation) -> Value {
    activated(by: [(count, activation)])
  }
}
