/// The columns of `outcomes.csv`: settings, the seed and what came of the run, the cases of the evaluation, a failure.
struct OutcomeColumns: Equatable {
  /// The paths of the settings that tell the groups apart.
  let settings: [String]
  /// What the evaluation's cases are called.
  let cases: [String]
  let names: [String]

  private static let run = [
    "seed", "state", "solved", "sequences_to_solve", "seconds_to_solve", "sequences", "seconds",
    "final_bits", "final_wrong_bits", "late_spikes",
  ]
  private static let casePrefix = "wrong_bits "
  static let failure = "failure"

  init(settings: [String], cases: [String]) {
    (self.settings, self.cases) = (settings, cases)
    names = settings + Self.run + cases.map { Self.casePrefix + $0 } + [Self.failure]
  }

  /// Nil for the columns of some other table.
  init?(_ columns: [String]) {
    self.init(
      settings: Array(columns.prefix { $0 != Self.run[0] }),
      cases: columns.filter { $0.hasPrefix(Self.casePrefix) }.map {
        String($0.dropFirst(Self.casePrefix.count))
      })
    guard names == columns else { return nil }
  }

  /// The fields of a run in the order of the columns.
  func row(settings: [String], seed: UInt64, _ result: JobResult) -> [String] {
    let outcome = result.outcome
    let progress = outcome?.progress
    return settings + [
      "\(seed)", result.state.rawValue, progress?.solvedAfter == nil ? "no" : "yes",
      field(progress?.solvedAfter), field(progress?.secondsToSolve), field(progress?.sequences),
      field(progress?.seconds), field(outcome?.finalBits), field(outcome?.finalWrongBits),
      field(outcome?.lateSpikes),
    ] + cases.map { field(outcome?.result(of: $0)?.wrongBits) }
      + [progress?.failure ?? result.failure ?? ""]
  }

  /// A row of a table with other columns in the order of these, with empty fields for what it does not have.
  func row(_ row: [String], of columns: OutcomeColumns) -> [String] {
    names.map { name in columns.names.firstIndex(of: name).map { row[$0] } ?? "" }
  }

  /// Reads a row.
  ///
  /// - Throws: `ReportingError` for a field that holds something else.
  func run(_ row: [String]) throws -> Outcomes.Run {
    func number<Number: LosslessStringConvertible>(_ name: String) throws -> Number? {
      guard let column = names.firstIndex(of: name), !row[column].isEmpty else { return nil }
      guard let number = Number(row[column]) else {
        throw ReportingError(
          "\(name) of the run with seed \(row[settings.count]) is “\(row[column])”",
          remedy: "give a table as a sweep wrote it")
      }
      return number
    }
    let state: RunState? = try number("state")
    let wrongBits: [Double] = try cases.compactMap { try number(Self.casePrefix + $0) }
    return Outcomes.Run(
      isDone: state == .finished || state == .notFinite, isFinite: state != .notFinite,
      solvedAfter: try number("sequences_to_solve"), sequences: try number("sequences") ?? 0,
      lateSpikes: try number("late_spikes") ?? 0, longestWrongBits: wrongBits.last)
  }
}

extension RunState: LosslessStringConvertible {
  init?(_ description: String) { self.init(rawValue: description) }
  var description: String { rawValue }
}
