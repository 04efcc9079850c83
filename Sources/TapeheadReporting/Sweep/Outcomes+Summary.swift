public import TapeheadFigures

extension Outcomes {
  /// One line for each group: how many solved, and after how many sequences.
  ///
  /// A run that is not done counts as nothing yet; one that is done and did not solve the task took
  /// infinitely many sequences, so medians are over all runs that are done.
  public var summary: CommaTable {
    let hasSettings = !columns.settings.isEmpty
    var table = CommaTable(
      columns: (hasSettings ? columns.settings : ["runs"]) + [
        "done", "solved", "solved_share", "median_sequences", "percentile_90_sequences",
        "runs_with_late_spikes", "late_spikes_per_10000_sequences", "not_finite",
        "median_longest_wrong_bits", "longest_without_wrong_bit",
      ])
    for group in groups {
      let done = group.done
      let solved = done.count { $0.solvedAfter != nil }
      let needed = done.map { $0.solvedAfter.map(Double.init) ?? .infinity }
      let longest = done.compactMap(\.longestWrongBits)
      let spikes = done.reduce(0) { $0 + $1.lateSpikes }
      let after = done.reduce(0) { $0 + $1.sequencesAfterSolved }
      table.append(
        (hasSettings ? group.settings : ["all"]) + [
          "\(done.count)", "\(solved)",
          done.isEmpty ? "" : decimal(Double(solved) / Double(done.count), decimals: 3),
          finite(quantile(0.5, of: needed)), finite(quantile(0.9, of: needed)),
          "\(done.count { $0.lateSpikes > 0 })",
          after == 0 ? "" : decimal(1e4 * Double(spikes) / Double(after), decimals: 1),
          "\(done.count { !$0.isFinite })",
          field(Spread(longest)?.median), "\(longest.count { $0 == 0 })",
        ])
    }
    return table
  }

  /// The share of solved seeds against sequences, one curve a group.
  ///
  /// - Parameter subject: What was learned, for the title, such as "copy, ntm-lstm".
  /// - Returns: Nil where no run is done.
  /// - Throws: `FigureError` for data that cannot be drawn.
  public func survivalCurves(of subject: String) throws -> SurvivalCurves? {
    guard let (groups, budget) = drawn else { return nil }
    return try SurvivalCurves(
      title: "\(subject): seeds that solved it",
      summary: "The share of seeds that had solved the task after so many training sequences.",
      groups: groups, budget: budget)
  }

  /// The sequences that every seed needed, one row a group.
  ///
  /// - Parameter subject: What was learned, for the title, such as "copy, ntm-lstm".
  /// - Returns: Nil where no run is done.
  /// - Throws: `FigureError` for data that cannot be drawn.
  public func solvingTimes(of subject: String) throws -> SolvingTimes? {
    guard let (groups, budget) = drawn else { return nil }
    return try SolvingTimes(
      title: "\(subject): sequences to solve it",
      summary: "The training sequences after which each seed had solved the task.",
      groups: groups, budget: budget)
  }

  /// What each group's seeds needed, nil for those that did not solve the task, and the sequences of the longest run.
  private var drawn: (groups: [SurvivalCurves.Group], budget: Double)? {
    let drawn = groups.filter { !$0.done.isEmpty }
    guard let budget = drawn.flatMap(\.done).map(\.sequences).max(), budget > 0 else { return nil }
    let curves = drawn.map { group in
      SurvivalCurves.Group(
        group.title, sequencesToSolve: group.done.map { $0.solvedAfter.map(Double.init) })
    }
    return (curves, Double(budget))
  }
}

/// A number of sequences that may be infinite: then nobody got there.
private func finite(_ value: Double?) -> String {
  guard let value else { return "" }
  return value.isFinite ? field(Int(value)) : "never"
}
