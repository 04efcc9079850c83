/// A setting that cannot be: which, what is wrong, and what to do.
public struct SettingError: Error, Equatable, CustomStringConvertible {
  /// A task's setting by its name in configuration files, one of a run by its path, as `--set` takes it.
  public let setting: String
  public let problem: String
  public let remedy: String

  /// Creates the error; both texts are parts of one sentence.
  public init(setting: String, problem: String, remedy: String) {
    self.setting = setting
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String { "\(setting) \(problem): \(remedy)" }
}

/// What the body makes of a command's option; the error for a setting that cannot be then names the option.
package func blaming<Result>(
  _ option: String, _ value: String, _ body: () throws(SettingError) -> Result
) throws(SettingError) -> Result {
  do throws(SettingError) {
    return try body()
  } catch {
    // What the option sets is said by its own name.
    let problem =
      error.problem == "is \(value)"
      ? error.problem : "has \(value), where \(error.setting) \(error.problem)"
    throw SettingError(setting: option, problem: problem, remedy: error.remedy)
  }
}

/// The limits that keep a mistyped setting from asking for more memory than there is.
public enum TaskLimits {
  /// Steps of a sequence.
  public static let steps = 10_000

  /// Bits of a vector: as many as one random word has.
  public static let bits = 64
}

/// Checks that a setting lies within its limits; a value that is no number does not.
package func check<Number: Comparable>(
  _ setting: String, _ value: Number, within limits: ClosedRange<Number>
) throws(SettingError) {
  guard !limits.contains(value) else { return }
  throw SettingError(
    setting: setting, problem: "is \(value)",
    remedy: "set it to a number from \(limits.lowerBound) to \(limits.upperBound)")
}

/// Checks that a setting is a finite number.
package func checkFinite(_ setting: String, _ value: Float) throws(SettingError) {
  guard !value.isFinite else { return }
  throw SettingError(
    setting: setting, problem: "is \(value)", remedy: "set it to a finite number")
}

/// Checks two settings that bound a count: each within the steps allowed, the lower one not above.
func checkRange(
  _ lower: (setting: String, value: Int), _ upper: (setting: String, value: Int)
) throws(SettingError) {
  try check(lower.setting, lower.value, within: 1...TaskLimits.steps)
  try check(upper.setting, upper.value, within: 1...TaskLimits.steps)
  guard lower.value > upper.value else { return }
  throw SettingError(
    setting: lower.setting,
    problem: "is \(lower.value), more than \(upper.setting), which is \(upper.value)",
    remedy: "lower the first or raise the second")
}

/// Checks that no sequence is longer than allowed; `setting` is the one to lower.
func checkSteps(_ steps: Int, lowering setting: String) throws(SettingError) {
  guard steps > TaskLimits.steps else { return }
  throw SettingError(
    setting: setting,
    problem: "makes sequences of \(steps) steps, and the limit is \(TaskLimits.steps)",
    remedy: "lower it")
}
