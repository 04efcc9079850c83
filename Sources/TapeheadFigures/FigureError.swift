/// Data that no figure can be drawn from; the message says what is wrong and what to do.
public struct FigureError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
