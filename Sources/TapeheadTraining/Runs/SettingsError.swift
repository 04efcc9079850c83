/// Why a setting was refused, as one sentence for the person at the terminal.
public struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Where it came from: a file, or `--set PATH=VALUE`.
  public let source: String
  /// The path of the setting, such as `optimiser.rate`; empty for the whole.
  public let path: String
  /// What is wrong, and what would be right.
  public let problem: String

  /// The same, where one source is for several runs: for which of them it could not be.
  public func about(_ run: String) -> SettingsError {
    SettingsError(source: "\(source), for \(run)", path: path, problem: problem)
  }

  public var description: String {
    path.isEmpty ? "\(source): \(problem)" : "\(source): \(path): \(problem)"
  }
}

/// The same before the source is known; what decoding throws.
struct SettingProblem: Error {
  let path: [any CodingKey]
  let text: String

  func error(in source: String) -> SettingsError {
    SettingsError(source: source, path: path.dotted, problem: text)
  }
}

extension [any CodingKey] {
  /// Names joined by dots, places in lists in brackets: `heads[2].width`.
  var dotted: String {
    reduce("") { path, key in
      if let index = key.intValue { return "\(path)[\(index)]" }
      return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
    }
  }
}

/// A coding key made of a name or of a place in a list.
struct SettingKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = "\(intValue)"
    self.intValue = intValue
  }
}
