public import TapeheadFigures
import TapeheadTraining

extension Sweep {
  /// One line for each run, in the order of groups and then seeds.
  public func outcomes(_ results: [JobResult]) -> CommaTable {
    var labels: [String] = []
    for result in results {
      for one in result.outcome?.cases ?? [] where !labels.contains(one.label) {
        labels.append(one.label)
      }
    }
    var table = CommaTable(
      columns: variations.map(\.path) + [
        "seed", "state", "solved", "sequences_to_solve", "seconds_to_solve", "sequences",
        "seconds", "final_bits", "final_wrong_bits", "late_spikes",
      ] + labels.map { "wrong_bits " + $0 } + ["failure"])
    for group in groups.indices {
      for (seed, result) in zip(seeds, self.results(ofGroup: group, in: results)) {
        let outcome = result.outcome
        let progress = outcome?.progress
        table.append(
          groups[group] + [
            "\(seed)", result.state, progress?.solvedAfter == nil ? "no" : "yes",
            field(progress?.solvedAfter), field(progress?.secondsToSolve),
            field(progress?.sequences), field(progress?.seconds), field(outcome?.finalBits),
            field(outcome?.finalWrongBits), field(outcome?.lateSpikes),
          ] + labels.map { field(outcome?.result(of: $0)?.wrongBits) }
            + [progress?.failure ?? result.failure ?? ""])
      }
    }
    return table
  }

  /// One line for each group: how many solved, and after how many sequences.
  ///
  /// A run that is not done counts as nothing yet; one that is done and did not solve the task took
  /// infinitely many sequences, so medians are over all runs that are done.
  public func summary(_ results: [JobResult]) -> CommaTable {
    var table = CommaTable(
      columns: (variations.isEmpty ? ["runs"] : variations.map(\.path)) + [
        "done", "solved", "solved_share", "median_sequences", "percentile_90_sequences",
        "runs_with_late_spikes", "not_finite", "median_longest_wrong_bits",
        "longest_without_wrong_bit",
      ])
    for group in groups.indices {
      let done = self.results(ofGroup: group, in: results).filter(\.isDone)
      let outcomes = done.compactMap(\.outcome)
      let solved = outcomes.compactMap(\.progress.solvedAfter)
      let needed = outcomes.map { $0.progress.solvedAfter.map(Double.init) ?? .infinity }
      let longest = outcomes.compactMap { $0.cases.last?.wrongBits }
      table.append(
        (variations.isEmpty ? ["all"] : groups[group]) + [
          "\(done.count)", "\(solved.count)",
          done.isEmpty ? "" : decimal(Double(solved.count) / Double(done.count), decimals: 3),
          finite(quantile(0.5, of: needed)), finite(quantile(0.9, of: needed)),
          "\(outcomes.count { $0.lateSpikes > 0 })",
          "\(outcomes.count { $0.progress.failure != nil })", field(Spread(longest)?.median),
          "\(longest.count { $0 == 0 })",
        ])
    }
    return table
  }

  /// The share of solved seeds against sequences, one curve a group; nil where no run is done.
  ///
  /// - Throws: `FigureError` for data that cannot be drawn.
  public func survivalCurves(_ results: [JobResult]) throws -> SurvivalCurves? {
    try drawing(of: results) { task, groups in
      try SurvivalCurves(
        title: "\(task): seeds that solved it",
        summary: "The share of seeds that had solved the task after so many training sequences.",
        groups: groups, budget: budget)
    }
  }

  /// The sequences that every seed needed, one row a group; nil where no run is done.
  ///
  /// - Throws: `FigureError` for data that cannot be drawn.
  public func solvingTimes(_ results: [JobResult]) throws -> SolvingTimes? {
    try drawing(of: results) { task, groups in
      try SolvingTimes(
        title: "\(task): sequences to solve it",
        summary: "The training sequences after which each seed had solved the task.",
        groups: groups, budget: budget)
    }
  }

  /// A figure of the runs that are done, given task and model and what each group's seeds needed, nil for those
  /// that did not solve the task; no figure where no run is done.
  private func drawing<Drawn: Figure>(
    of results: [JobResult],
    _ draw: (_ task: String, _ groups: [SurvivalCurves.Group]) throws -> Drawn
  ) rethrows -> Drawn? {
    let drawn = groups.indices.compactMap { group -> SurvivalCurves.Group? in
      let done = self.results(ofGroup: group, in: results).filter(\.isDone)
      guard !done.isEmpty else { return nil }
      return SurvivalCurves.Group(
        title(ofGroup: group),
        sequencesToSolve: done.map { $0.outcome?.progress.solvedAfter.map(Double.init) })
    }
    guard let configuration = jobs.first?.configuration, !drawn.isEmpty else { return nil }
    return try draw("\(configuration.task.name), \(configuration.model.label)", drawn)
  }

  private var budget: Double { Double(jobs.map(\.target).max() ?? 1) }

  /// The cost against sequences, one curve a group: the median of its seeds within their range.
  ///
  /// - Returns: Nil where no run has a record.
  /// - Throws: `FigureError` for data that cannot be drawn.
  public func learningCurves(_ results: [JobResult]) throws -> Curves? {
    let end = results.compactMap(\.history.records.last?.sequences).max() ?? 0
    let curves = try groups.indices.compactMap { group in
      try Curve.median(
        title(ofGroup: group),
        MetricHistory.aligned(
          self.results(ofGroup: group, in: results).map { result in
            // Where a run ends because it learned the task, the median would rise without it.
            result.endedSolved ? result.history.held(until: end) : result.history
          }), colour: group)
    }
    guard let configuration = jobs.first?.configuration, !curves.isEmpty else { return nil }
    let task = type(of: configuration.task.task)
    return try Curves(
      title: "\(configuration.task.name), \(configuration.model.label): learning curves",
      summary:
        "Cost in bits per sequence against training sequences, median and range of the seeds.",
      x: .sequences, y: .cost(of: task, curves),
      curves: curves + Curve.optimum(of: configuration, across: curves), width: .page)
  }
}

/// A number as a field of a table: empty where there is none, as short as it reads back.
func field(_ value: Int?) -> String { value.map(String.init) ?? "" }

/// The same for a measured number, with six significant digits.
func field(_ value: Double?) -> String {
  guard let value, value.isFinite else { return "" }
  return (value < 0 ? "-" : "") + significant(abs(value), digits: 6)
}

/// A number of sequences that may be infinite: then nobody got there.
private func finite(_ value: Double?) -> String {
  guard let value else { return "" }
  return value.isFinite ? field(Int(value)) : "never"
}
