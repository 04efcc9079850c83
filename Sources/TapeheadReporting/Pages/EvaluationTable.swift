import TapeheadFigures
import TapeheadTasks
import TapeheadTraining

extension Table {
  /// What the task's own evaluation gave over some runs of one configuration, beside the paper's
  /// numbers where it has any.
  static func evaluation(
    _ outcomes: [RunOutcome], of configuration: RunConfiguration
  ) throws -> Table {
    let cases = outcomes.first?.cases ?? []
    let names = cases.first?.measures.map(\.name) ?? []
    let sequences = cases.first?.sequences ?? 0
    let task = configuration.task.name
    let model = configuration.hasPaperTask ? configuration.paperModel : nil
    let paper = cases.map { one in
      model.flatMap { PaperResults.bits($0, on: task, case: one.label) }
    }
    // Of several seeds the range says more than the interval of one.
    let isSingle = outcomes.count == 1
    let hasPaper = paper.contains { $0 != nil }
    let hasGap = task == DynamicNGrams.name && model != nil
    let intervalColumn = isSingle ? [Column("± (95 %)")] : []
    var columns = [Column("", .text), Column("bits per sequence")] + intervalColumn
    columns.append(Column("wrong bits per sequence"))
    if hasPaper { columns.append(Column("bits in the paper", .paper)) }
    for name in names { columns += [Column(spaced(name))] + intervalColumn }
    if hasGap { columns.append(Column("gap bits in the paper", .paper)) }
    let rows = cases.enumerated().map { index, one -> [String] in
      let results = outcomes.compactMap { $0.result(of: one.label) }
      func interval(_ half: Double?) -> [String] { isSingle ? [measured(half)] : [] }
      var row = [one.label, spreadText(Spread(results.compactMap(\.bits)))]
      row += interval(one.bitsConfidence)
      row.append(spreadText(Spread(results.map(\.wrongBits))))
      if hasPaper { row.append(measured(paper[index])) }
      for measure in one.measures {
        row.append(spreadText(Spread(results.compactMap { $0.measure(measure.name) })))
        row += interval(measure.confidence)
      }
      if hasGap { row.append(measured(model.flatMap(PaperResults.gap))) }
      return row
    }
    let seeds = outcomes.count > 1 ? ": median (and range) over \(outcomes.count) seeds" : ""
    return try Table(
      "\(configuration.modelTitle) on \(grouped(sequences)) fresh sequences a row"
        + "\(seeds).", columns: columns, rows: rows)
  }
}
