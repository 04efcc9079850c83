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

  /// Clips the gradient and returns its length before; not finite if any component is not.
  package func apply(to gradient: ParameterStore, _ kernels: KernelRunner) -> Float {
    let buffer = gradient.buffer
    let count = Int32(buffer.count)
    let result = FloatBuffer(count: 1)
    kernels.run(\.sum_of_squares, [buffer.base, result.base], sizes: [count])
    let length = result.base[0].squareRoot()
    switch kind {
    case .none: break
    case .value: kernels.run(\.clip_values, [buffer.base], sizes: [count], constants: [limit])
    case .norm where length > limit:
      kernels.run(\.scale, [buffer.base], sizes: [count], constants: [limit / length])
    case .norm: break
    }
    return length
  }
}
