/// One recorded quantity beside what ours gave for it.
public struct Verification: Sendable, Equatable {
  public enum Verdict: Sendable, Equatable {
    case passed
    /// The deviation exceeds the bound, or ours is not finite.
    case failed
    case notChecked(reason: String)
  }

  /// The tensor's name in the recording; "(change)" follows where the change in one step is compared.
  public let name: String
  /// The largest |ours − recorded|, infinite where ours is not finite; nil where nothing was compared.
  public let deviation: Double?
  /// What the deviation may be; nil where nothing was compared.
  public let bound: Double?
  public let verdict: Verdict
}

/// What became of every quantity of one recording.
public struct VerificationReport: Sendable, Equatable {
  /// The recording's own name.
  public let name: String
  /// The recording's kind and source, in its own words.
  public let kind: String
  /// In the order of the manifest.
  public let quantities: [Verification]

  public var passed: Int { quantities.count { $0.verdict == .passed } }
  public var failed: Int { quantities.count { $0.verdict == .failed } }
  public var notChecked: Int { quantities.count - passed - failed }

  /// The last line of what is printed for any number of recordings.
  public static func summary(of reports: [VerificationReport]) -> String {
    let passed = reports.reduce(0) { $0 + $1.passed }
    let failed = reports.reduce(0) { $0 + $1.failed }
    let notChecked = reports.reduce(0) { $0 + $1.notChecked }
    return "\(passed) passed, \(failed) failed, \(notChecked) not checked"
  }
}
