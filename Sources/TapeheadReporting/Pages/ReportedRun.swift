import TapeheadEngine
import TapeheadFigures
import TapeheadTasks
import TapeheadTraining

/// A run on a page with others.
struct ReportedRun {
  let pictures: RunPictures
  let outcome: RunOutcome

  var name: String { FileSystem.name(of: pictures.folder.path) }
  var configuration: RunConfiguration { pictures.model.configuration }
  var history: MetricHistory { pictures.history }
  var sequences: Int { pictures.model.sequences }
  var parameters: Int { pictures.model.program.parameters.trainedCount }

  /// All runs beside each other: a table, and for tasks of several runs the curves in one picture.
  static func overview(of runs: [ReportedRun]) throws -> Report.Section {
    let rows = runs.map { run in
      let last = run.history.records.last
      return [
        run.name, type(of: run.configuration.task.task).title, run.configuration.modelTitle,
        grouped(run.parameters), grouped(run.sequences),
        measured(last?.bits), measured(last?.wrongBits),
      ]
    }
    let table = try Table(
      "Where each run stands. Bits are means over the sequences of its last record.",
      columns: [
        .init("run", .text), .init("task", .text), .init("model", .text), .init("parameters"),
        .init("sequences trained"), .init("bits per sequence"), .init("wrong bits per sequence"),
      ], rows: rows)
    let figures = try tasks(of: runs).filter { $0.count > 1 }.flatMap { try blocks(comparing: $0) }
    return Report.Section("All runs", [.table(table)] + figures)
  }

  /// The runs by task, tasks with other settings apart, in the order of their first run.
  private static func tasks(of runs: [ReportedRun]) -> [[ReportedRun]] {
    groups(of: runs) { $0.configuration.task == $1.configuration.task }
  }

  private static func groups(
    of runs: [ReportedRun], by alike: (ReportedRun, ReportedRun) -> Bool
  ) -> [[ReportedRun]] {
    var groups: [[ReportedRun]] = []
    for run in runs {
      if let place = groups.firstIndex(where: { alike($0[0], run) }) {
        groups[place].append(run)
      } else {
        groups.append([run])
      }
    }
    return groups
  }

  /// The pictures of one task's runs: learning curves, and the evaluation where it has one.
  private static func blocks(comparing runs: [ReportedRun]) throws -> [Report.Block] {
    let configuration = runs[0].configuration
    let task = configuration.task.task
    let models = groups(of: runs) { $0.configuration.model == $1.configuration.model }
    let titles = Set(models.map { $0[0].configuration.modelTitle })
    let compared = models.enumerated().map { index, runs in
      let configuration = runs[0].configuration
      // Two sizes of one kind of model have one title, and are told apart by their runs and colours.
      let isAmbiguous =
        models.count { $0[0].configuration.modelTitle == configuration.modelTitle } > 1
      return EvaluatedModel(
        name: isAmbiguous
          ? runs.map(\.name).joined(separator: ", ") : configuration.modelTitle,
        colour: titles.count < models.count ? index : configuration.colour,
        runs: runs.map(\.outcome.cases),
        paper: configuration.hasPaperTask ? configuration.paperModel : nil)
    }
    let seeds = runs.map { Int(clamping: $0.configuration.seed) }
    let caption = { (text: String) in Caption(text, runs: runs.map(\.name), seeds: seeds) }
    var blocks: [Report.Block] = []
    if let figure = try learningFigure(of: models, compared) {
      blocks.append(
        .figure(
          figure,
          caption(
            "\(RunFigure.learningCurve.summary) Of several seeds, the median in a band of their "
              + "range." + MetricHistory.averagingNote(for: configuration.task.name))))
    }
    if let figure = try task.lengthsFigure(of: compared) {
      blocks.append(.figure(figure, caption(RunFigure.lengths.summary)))
    }
    if let figure = try task.positionsFigure(of: compared) {
      blocks.append(.figure(figure, caption(RunFigure.positions.summary)))
    }
    return blocks
  }

  /// Nil where no run has a record.
  private static func learningFigure(
    of models: [[ReportedRun]], _ compared: [EvaluatedModel]
  ) throws -> Curves? {
    var curves: [Curve] = []
    for (runs, model) in zip(models, compared) {
      let ours = try Curve.median(
        model.name,
        MetricHistory.aligned(runs.map { $0.history.drawn(of: $0.configuration.task.name) }),
        colour: model.colour)
      curves += ours.map { [$0] } ?? []
      let configuration = runs[0].configuration
      if let paper = configuration.paperCurve?.comparable {
        let name = "\(configuration.modelTitle), \(paper.title)"
        if !curves.contains(where: { $0.name == name }) {
          curves.append(Curve(name, paper, colour: model.colour))
        }
      }
    }
    guard curves.contains(where: { $0.mark == .line }), let first = models.first?.first else {
      return nil
    }
    let task = type(of: first.configuration.task.task)
    return try Curves(
      title: "\(task.title): learning curves",
      summary: "Cost in bits per sequence against training sequences.",
      x: .sequences, y: .cost(of: task, curves),
      curves: curves + Curve.optimum(of: first.configuration, across: curves))
  }
}
