package import TapeheadEngine
import TapeheadKernels

/// What happens to a gradient before the optimiser sees it.
public struct Clipping: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case none
    /// Every component is cut off at ± the limit (NTM, section 4).
    case value
    /// The gradient is scaled down to the limit if its length is greater.
    case norm
  }

  public var kind: Kind
  public var limit: Float

  public init(kind: Kind, limit: Float) {
    self.kind = kind
    self.limit = limit
  }
}

/// Clips one gradient, over and over.
package struct GradientClipper {
  private let clipping: Clipping
  private let result = FloatBuffer(count: 1)
  private let sumOfSquares: PreparedKernel
  private let clipValues: PreparedKernel
  private let scale: PreparedKernel

  package init(_ clipping: Clipping, _ gradient: ParameterStore, _ instructionSet: InstructionSet) {
    let buffer = gradient.buffer
    let sizes = [buffer.count]
    self.clipping = clipping
    self.sumOfSquares = PreparedKernel(
      \.sum_of_squares, instructionSet, [buffer.base, result.base], sizes: sizes)
    self.clipValues = PreparedKernel(
      \.clip_values, instructionSet, [buffer.base], sizes: sizes, constants: [clipping.limit])
    self.scale = PreparedKernel(
      \.scale, instructionSet, [buffer.base], sizes: sizes, constants: [1])
  }

  /// Multiplies the gradient by a number.
  package func scale(by factor: Float) {
    scale.set(constant: 0, factor)
    scale.run()
  }

  /// Clips the gradient and returns its length before; not finite if any component is not.
  package func apply() -> Float {
    sumOfSquares.run()
    let length = result.base[0].squareRoot()
    switch clipping.kind {
    case .none: break
    case .value: clipValues.run()
    case .norm where length > clipping.limit: scale(by: clipping.limit / length)
    case .norm: break
    }
    return length
  }
}
