public import TapeheadEngine
public import TapeheadFigures
import TapeheadTasks
public import TapeheadTraining

/// The page of one or several runs: settings, curves, tables beside the paper's numbers, pictures.
public enum RunReport {
  /// Makes the page.
  ///
  /// - Parameters:
  ///   - folders: Of the runs, in the order to show them.
  ///   - instructionSet: What the models run with.
  /// - Returns: A page with one section a run.
  /// - Throws: `FileError` where a run cannot be read.
  public static func page(of folders: [RunFolder], instructionSet: InstructionSet) throws -> Report
  {
    let runs = try folders.map { try RunPictures($0, instructionSet: instructionSet) }
    let sections = try runs.map { try section(of: $0, instructionSet: instructionSet) }
    let names = runs.map { FileSystem.name(of: $0.folder.path) }
    return Report(
      title: "Tapehead: \(names.joined(separator: ", "))",
      summary: runs.count == 1
        ? "One training run: what it learned, how fast, and how it works."
        : "\(runs.count) training runs: what they learned, how fast, and how they work.",
      sections: sections)
  }

  private static func section(
    of run: RunPictures, instructionSet: InstructionSet
  ) throws -> Report.Section {
    let configuration = run.model.configuration
    let task = type(of: configuration.task.task)
    let name = FileSystem.name(of: run.folder.path)
    let history = try MetricHistory(of: run.folder)
    var progress = RunProgress()
    progress.sequences = history.records.last?.sequences ?? 0
    let outcome = try RunOutcome(
      of: run.folder, progress: progress, instructionSet: instructionSet)
    let figures = run.available.filter { $0 != .learningCurve || !history.records.isEmpty }
    var blocks: [Report.Block] = [
      .paragraph("\(task.title): \(task.summary) \(task.citation)."),
      .paragraph(standing(configuration, run, history)),
      .table(try .evaluation([outcome], of: configuration)),
    ]
    blocks += try figures.map { figure in
      .figure(
        try run.figure(figure),
        Caption(figure.summary, runs: [name], seeds: [Int(clamping: configuration.seed)]))
    }
    blocks.append(.table(try .settings(of: configuration)))
    return Report.Section(name, blocks)
  }

  private static func standing(
    _ configuration: RunConfiguration, _ run: RunPictures, _ history: MetricHistory
  ) -> String {
    let parameters = grouped(run.model.program.parameters.trainedCount)
    let start =
      "\(configuration.model.label) with \(parameters) trained parameters, seed "
      + "\(configuration.seed)"
    guard let last = history.records.last else { return start + ", not trained yet." }
    return start + ": after \(grouped(last.sequences)) sequences it costs "
      + "\(measured(last.bits)) bits a sequence, with \(measured(last.wrongBits)) wrong bits."
  }
}
