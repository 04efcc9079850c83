/// Why a file or folder of a run could not be used, as one sentence for the person at the terminal.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path as it was given.
  public let file: String
  /// What is wrong, so that `file problem` reads as a sentence.
  public let problem: String
  /// What to do about it.
  public let remedy: String

  public init(_ file: String, _ problem: String, remedy: String) {
    self.file = file
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String { "\(file) \(problem); \(remedy)" }
}
