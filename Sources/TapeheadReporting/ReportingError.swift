/// Why a picture or a report could not be made, as one sentence for the person at the terminal.
public struct ReportingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public let problem: String
  /// What to do about it.
  public let remedy: String

  public init(_ problem: String, remedy: String) {
    (self.problem, self.remedy) = (problem, remedy)
  }

  public var description: String { "\(problem); \(remedy)" }
}
