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
  private let countNonFinite: PreparedKernel

  package init(_ clipping: Clipping, _ gradient: ParameterStore, _ instructionSet: InstructionSet) {
    let buffer = gradient.buffer
    let sizes = [buffer.count]
    self.clipping = clipping
    self.sumOfSquares = PreparedKernel(
      \.sum_of_squares, instructionSet, [buffer.base, result.base], sizes: sizes)
    self.clipValues = PreparedKernel(
      \.clip_values, instructionSet, [buffer.base], sizes: sizes, constants: [clipping.limit])
    self.countNonFinite = PreparedKernel(
      \.count_non_finite, instructionSet, [buffer.base, result.base], sizes: sizes)
    self.scale = PreparedKernel(
      \.scale, instructionSet, [buffer.base], sizes: sizes, constants: [1])
  }

  /// Multiplies the gradient by a number.
  package func scale(by factor: Float) {
    scale.set(constant: 0, factor)
    scale.run()
  }

  /// Clips the gradient and returns its length before; not finite if any component is not.
  ///
  /// A gradient of finite components whose length is beyond a float's range is clipped like any
  /// other; the length returned is then one that it has on the way.
  package func apply() -> Float {
    var length = measured()
    let isTooLong = !length.isFinite && isFinite
    switch clipping.kind {
    case .none: break
    case .value:
      clipValues.run()
      if isTooLong { length = measured() }
    case .norm:
      if isTooLong {
        scale(by: Self.shrinking)
        length = measured()
      }
      if length > clipping.limit { scale(by: clipping.limit / length) }
    }
    return length
  }

  /// Brings the largest float's square into a float's range, also of millions of them.
  private static let shrinking: Float = 1e-24

  private func measured() -> Float {
    sumOfSquares.run()
    return result.base[0].squareRoot()
  }

  private var isFinite: Bool {
    countNonFinite.run()
    return result.base[0] == 0
  }
}
