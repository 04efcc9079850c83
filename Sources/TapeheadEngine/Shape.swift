/// The dimensions of a value of one sequence at one time step: `[]` is invalid, `[1]` a number.
///
/// A memory of N slots of width M has the shape `[M, N]`: the slots lie side by side.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  public let dimensions: [Int]

  public init(_ dimensions: [Int]) {
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// How many numbers a value of this shape holds; 0 for the shape of a value that could not be made.
  public var count: Int { dimensions.isEmpty ? 0 : dimensions.reduce(1, *) }

  /// The shape that stands for a value whose operation could not be traced.
  package static let invalid = Shape([])

  public var description: String {
    "[" + dimensions.map(String.init).joined(separator: ", ") + "]"
  }
}

/// Two shapes that do not fit together, said by the operation that met them.
package struct ShapeMismatch: Error {
  package let message: String

  package init(_ message: String) {
    self.message = message
  }

  /// The message for an operation that needs one shape in two places.
  package init(_ operation: String, needs: String, found: [Shape]) {
    let shapes = found.map(\.description).joined(separator: " and ")
    self.message = "\(operation) needs \(needs), found \(shapes)"
  }
}
