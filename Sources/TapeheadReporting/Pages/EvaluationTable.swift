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
    let columns =
      [Column("", .text), Column("bits per sequence")]
      + (isSingle ? [Column("± (95 %)")] : []) + [Column("wrong bits per sequence")]
      + (hasPaper ? [Column("bits in the paper", .paper)] : []) + names.map { Column(spaced($0)) }
      + (hasGap ? [Column("gap bits in the paper", .paper)] : [])
    let rows = cases.enumerated().map { index, one in
      let results = outcomes.compactMap { $0.result(of: one.label) }
      let measures = names.map { name in
        spreadText(Spread(results.compactMap { $0.measures.first { $0.name == name }?.value }))
      }
      return [one.label, spreadText(Spread(results.compactMap(\.bits)))]
        + (isSingle ? [measured(one.bitsConfidence)] : [])
        + [spreadText(Spread(results.map(\.wrongBits)))]
        + (hasPaper ? [measured(paper[index])] : []) + measures
        + (hasGap ? [measured(model.flatMap(PaperResults.gap))] : [])
    }
    let seeds = outcomes.count > 1 ? ": median (and range) over \(outcomes.count) seeds" : ""
    return try Table(
      "\(configuration.modelTitle) on \(grouped(sequences)) fresh sequences a row"
        + "\(seeds).", columns: columns, rows: rows)
  }
}
