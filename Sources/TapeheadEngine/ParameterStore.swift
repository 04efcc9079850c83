/// The numbers of a model's parameters, or one number for each of them (a gradient, a moment).
///
/// One flat buffer: rows of matrices are padded to whole vectors, and padding stays zero.
public final class ParameterStore: @unchecked Sendable {
  // Unchecked: whoever trains owns its stores; executors only read them while a step runs.
  public let list: ParameterList
  package let buffer: FloatBuffer

  /// Zeros for every parameter.
  public init(_ list: ParameterList) {
    self.list = list
    self.buffer = FloatBuffer(count: list.extent)
  }

  /// The parameters' initial numbers, drawn in the order of the list.
  public convenience init(
    _ list: ParameterList, using random: inout some RandomNumberGenerator
  ) {
    self.init(list)
    for parameter in list.all {
      self[parameter] = parameter.initialisation.numbers(for: parameter.shape, using: &random)
    }
  }

  /// A parameter's numbers in the order of its shape, without padding.
  public subscript(parameter: Parameter) -> [Float] {
    get {
      let columns = parameter.shape.count / parameter.rows
      var numbers: [Float] = []
      numbers.reserveCapacity(parameter.shape.count)
      for row in 0..<parameter.rows {
        let start = buffer.base + parameter.offset + row * parameter.rowStride
        numbers.append(contentsOf: UnsafeBufferPointer(start: start, count: columns))
      }
      return numbers
    }
    set {
      precondition(newValue.count == parameter.shape.count, "\(parameter.name): wrong size")
      let columns = parameter.shape.count / parameter.rows
      for row in 0..<parameter.rows {
        let start = buffer.base + parameter.offset + row * parameter.rowStride
        for column in 0..<columns { start[column] = newValue[row * columns + column] }
      }
    }
  }

  /// Bytes of the buffer.
  public var bytes: Int { Self.bytes(list) }

  /// Bytes of a store of these parameters.
  package static func bytes(_ list: ParameterList) -> Int { FloatBuffer.bytes(count: list.extent) }

  /// Takes over the numbers of a store of the same list.
  public func copy(from other: ParameterStore) {
    precondition(other.buffer.count == buffer.count)
    buffer.base.update(from: other.buffer.base, count: buffer.count)
  }
}

extension Initialisation {
  /// Draws the numbers for a parameter of this shape, in order.
  func numbers(for shape: Shape, using random: inout some RandomNumberGenerator) -> [Float] {
    switch self {
    case .constant(let number):
      return Array(repeating: number, count: shape.count)
    case .uniform(let bound):
      return (0..<shape.count).map { _ in bound * (2 * uniform(&random) - 1) }
    case .glorotUniform(let gain):
      let fans = Float(shape.dimensions.reduce(0, +))
      let bound = gain * (6 / fans).squareRoot()
      return (0..<shape.count).map { _ in bound * (2 * uniform(&random) - 1) }
    case .normal(let deviation):
      return (0..<shape.count).map { _ in deviation * normal(&random) }
    case .values(let numbers):
      precondition(numbers.count == shape.count, "wrong number of initial values")
      return numbers
    }
  }

  /// Uniform in [0, 1) with 24 bits.
  private func uniform(_ random: inout some RandomNumberGenerator) -> Float {
    Float(random.next() >> 40) * 0x1p-24
  }

  /// Normal by Marsaglia's polar method; the logarithm is the kernels' own, so every machine agrees.
  private func normal(_ random: inout some RandomNumberGenerator) -> Float {
    while true {
      let u = 2 * uniform(&random) - 1
      let v = 2 * uniform(&random) - 1
      let s = u * u + v * v
      if s > 0, s < 1 { return u * (-2 * KernelMath.log(s) / s).squareRoot() }
    }
  }
}
