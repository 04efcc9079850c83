/// A setting of a run that cannot be: which, what is wrong, and what to do.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The path of the setting, as `--set` takes it.
  public let setting: String
  public let problem: String
  public let remedy: String

  public init(setting: String, problem: String, remedy: String) {
    self.setting = setting
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String { "\(setting) \(problem): \(remedy)" }
}

/// Checks that a setting lies within its limits; a value that is no number does not.
func check<Number: Comparable>(
  _ setting: String, _ value: Number, within limits: ClosedRange<Number>
) throws(ConfigurationError) {
  guard !limits.contains(value) else { return }
  throw ConfigurationError(
    setting: setting, problem: "is \(value)",
    remedy: "set it to a number from \(limits.lowerBound) to \(limits.upperBound)")
}

/// Checks that a setting is a finite number.
func checkFinite(_ setting: String, _ value: Float) throws(ConfigurationError) {
  guard !value.isFinite else { return }
  throw ConfigurationError(
    setting: setting, problem: "is \(value)", remedy: "set it to a finite number")
}
