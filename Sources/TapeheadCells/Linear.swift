public import TapeheadEngine

/// A linear map with a bias: y = x W + b.
public struct Linear: Sendable {
  /// `[inputs, outputs]`.
  public let weight: Parameter
  /// `[outputs]`.
  public let bias: Parameter

  /// Declares `name/weight`, Glorot-uniform unless said otherwise, and `name/bias`, zero unless said otherwise.
  public init(
    _ name: String, inputs: Int, outputs: Int, in parameters: inout ParameterList,
    weights: Initialisation = .glorotUniform(gain: 1), bias: Initialisation = .constant(0)
  ) {
    (self.weight, self.bias) = parameters.scope(name) { parameters in
      (
        parameters.declare(
          "weight", shape: [inputs, outputs], layout: .matrix, initialisation: weights),
        parameters.declare("bias", shape: [outputs], initialisation: bias)
      )
    }
  }

  public func callAsFunction(_ input: Value) -> Value {
    input.linear(weight: weight, bias: bias)
  }

  /// The map of two values one behind the other, without joining them.
  public func callAsFunction(_ first: Value, _ second: Value) -> Value {
    first.linear(with: second, weight: weight, bias: bias)
  }
}
