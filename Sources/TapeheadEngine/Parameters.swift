/// How a parameter's numbers lie in memory.
public enum ParameterLayout: Sendable, Hashable {
  /// One number after another, as values of the same shape.
  case packed
  /// The weights of a linear map, `[inputs, outputs]`: each row padded to whole vectors.
  case matrix
}

/// What a parameter starts from.
public enum Initialisation: Sendable, Hashable {
  case constant(Float)
  /// Uniform in ±bound.
  case uniform(Float)
  /// Glorot & Bengio 2010 (equation 16): uniform in ±gain·√(6 / (inputs + outputs)).
  case glorotUniform(gain: Float)
  case normal(deviation: Float)
  /// Given numbers in the order of the shape.
  case values([Float])
}

/// A named tensor of a model that training changes, unless it is fixed.
public struct Parameter: Sendable, Hashable {
  /// The path of the parameter, as "controller/layer 0/weight".
  public let name: String
  public let shape: Shape
  public let layout: ParameterLayout
  public let initialisation: Initialisation
  /// Whether training changes it.
  public let trained: Bool
  package let index: Int
  /// Where it starts in the flat buffer, in floats.
  package let offset: Int

  /// Floats from one row to the next.
  package var rowStride: Int {
    layout == .matrix ? paddedToVector(shape.dimensions[1]) : shape.count
  }

  /// Rows in the flat buffer.
  package var rows: Int { layout == .matrix ? shape.dimensions[0] : 1 }

  /// Floats that it takes up in the flat buffer.
  package var extent: Int { paddedToVector(rows * rowStride) }
}

/// Floats in a vector of the kernels; every row starts on such a boundary.
package let vectorLanes = 16

package func paddedToVector(_ count: Int) -> Int {
  (count + vectorLanes - 1) / vectorLanes * vectorLanes
}

/// The parameters of a model in the order in which its parts declared them.
public struct ParameterList: Sendable, Hashable {
  public private(set) var all: [Parameter] = []
  private var path: [String] = []

  public init() {}

  /// How many numbers all trained parameters hold together.
  public var trainedCount: Int { all.filter(\.trained).reduce(0) { $0 + $1.shape.count } }

  /// Floats of the flat buffer.
  package var extent: Int { all.last.map { $0.offset + $0.extent } ?? 0 }

  /// Declares what the body declares under a name.
  public mutating func scope<Result>(
    _ name: String, _ body: (inout ParameterList) throws -> Result
  ) rethrows -> Result {
    path.append(name)
    defer { path.removeLast() }
    return try body(&self)
  }

  /// Declares a parameter under the current scope; names must be unique.
  public mutating func declare(
    _ name: String, shape: Shape, layout: ParameterLayout = .packed,
    initialisation: Initialisation, trained: Bool = true
  ) -> Parameter {
    let full = (path + [name]).joined(separator: "/")
    precondition(!all.contains { $0.name == full }, "two parameters are named \(full)")
    precondition(layout == .packed || shape.dimensions.count == 2, "\(full): no matrix: \(shape)")
    let parameter = Parameter(
      name: full, shape: shape, layout: layout, initialisation: initialisation, trained: trained,
      index: all.count, offset: extent)
    all.append(parameter)
    return parameter
  }

  /// The parameter of a name.
  public func named(_ name: String) -> Parameter? { all.first { $0.name == name } }
}
