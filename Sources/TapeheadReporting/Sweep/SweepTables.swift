public import TapeheadFigures
import TapeheadTraining

extension Sweep {
  /// What came of the runs, in the order of groups and then seeds.
  ///
  /// - Throws: `ReportingError` where the table cannot be read again.
  public func outcomes(_ results: [JobResult]) throws -> Outcomes {
    var cases: [String] = []
    for one in results.flatMap({ $0.outcome?.cases ?? [] }) where !cases.contains(one.label) {
      cases.append(one.label)
    }
    let columns = OutcomeColumns(settings: variations.map(\.path), cases: cases)
    var table = CommaTable(columns: columns.names)
    for group in groups.indices {
      for (seed, result) in zip(seeds, self.results(ofGroup: group, in: results)) {
        table.append(columns.row(settings: groups[group], seed: seed, result))
      }
    }
    return try Outcomes(table)
  }

  /// What is learned, for the titles of figures.
  public var subject: String {
    guard let configuration = jobs.first?.configuration else { return "no runs" }
    return "\(configuration.task.name), \(configuration.model.label)"
  }

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
