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
    let runs = try folders.map { folder in
      let outcome = try RunOutcome(of: folder, instructionSet: instructionSet)
      let pictures = try RunPictures(folder, outcome: outcome, instructionSet: instructionSet)
      return ReportedRun(pictures: pictures, outcome: outcome)
    }
    let sections = try runs.map { try section(of: $0) }
    guard let only = runs.first, runs.count == 1 else {
      return Report(
        title: "Tapehead: \(runs.count) training runs",
        summary: "What they learned, how fast, and how they work.",
        sections: [try ReportedRun.overview(of: runs)] + sections)
    }
    return Report(
      title: "Tapehead: \(only.name)",
      summary: "One training run: what it learned, how fast, and how it works.",
      sections: sections)
  }

  private static func section(of run: ReportedRun) throws -> Report.Section {
    let configuration = run.configuration
    let task = type(of: configuration.task.task)
    var blocks: [Report.Block] = [
      .paragraph(
        "\(task.title): \(task.summary) \(task.citation)." + PaperCurve.shiftNote(for: task)),
      .paragraph(standing(run)),
      .table(try .evaluation([run.outcome], of: configuration)),
    ]
    blocks += try run.pictures.available.map { figure in
      try run.pictures.block(
        figure,
        Caption(figure.summary, runs: [run.name], seeds: [Int(clamping: configuration.seed)]))
    }
    blocks.append(.folded(try .settings(of: configuration)))
    return Report.Section(run.name, blocks)
  }

  private static func standing(_ run: ReportedRun) -> String {
    let configuration = run.configuration
    let start =
      "\(configuration.modelTitle) with \(grouped(run.parameters)) trained parameters, seed "
      + "\(configuration.seed)"
    let trained = start + ", after \(grouped(run.sequences)) sequences"
    guard let last = run.history.records.last else {
      return trained + ": no record of its cost yet, which comes every "
        + "\(grouped(configuration.training.recordDistance)) sequences."
    }
    return trained + ": in its last record it cost \(measured(last.bits)) bits a sequence, with "
      + "\(measured(last.wrongBits)) wrong bits."
  }
}
