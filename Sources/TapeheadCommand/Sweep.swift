import ArgumentParser
import TapeheadFigures
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// `tapehead sweep TASK`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Train one configuration over many seeds and settings, one run a processor.",
    discussion: """
      Writes one line for each run into outcomes.csv, the share of solved seeds and the sequences \
      they needed into summary.csv, the share of solved seeds against sequences into survival.svg, \
      the sequences that each seed needed into times.svg, and median learning curves into \
      curves.svg. Interrupted or killed, the same command goes on and repeats no finished run.
      """)

  @Argument(help: "The task: \(TaskCatalogue.names.joined(separator: ", ")).")
  var task: String

  @OptionGroup var model: ModelOptions
  @OptionGroup var settings: SettingOptions
  @OptionGroup var schedule: ScheduleOptions

  @Option(
    name: .customLong("vary"),
    help: ArgumentHelp(
      "A setting and its values, such as memory.initial=constant,random; several multiply.",
      valueName: "path=a,b"))
  var variations: [String] = []

  @Flag(name: .customLong("until-solved"), help: "End each run as soon as the task is solved.")
  var untilSolved = false

  @Option(
    name: .customLong("after-solved"),
    parsing: .unconditional,
    help:
      "End each run so many sequences after the task is solved, and at --sequences at the latest.")
  var afterSolved: Int?

  @Option(
    name: .customLong("out"), help: "The folder of the sweep (default: sweeps/TASK-MODEL).",
    completion: .directory, transform: place)
  var folder: String?

  func validate() throws {
    if untilSolved, afterSolved != nil {
      throw ValidationError("--until-solved and --after-solved exclude each other.")
    }
    if let afterSolved, !(0...1_000_000_000).contains(afterSolved) {
      throw ValidationError(
        "--after-solved is \(afterSolved): set it to a number from 0 to 1000000000.")
    }
  }

  func run() throws {
    try reportingErrors {
      var settings = try self.settings.resolve(task: task, model: model)
      if let sequences = schedule.sequences { try settings.set("training.sequences=\(sequences)") }
      try schedule.refuse(self.settings.assignments)
      let folder = self.folder ?? "sweeps/\(task)-\(settings.configuration.model.label)"
      let sweep = try Sweep(
        of: settings, varying: variations.map { try Variation($0) },
        seeds: schedule.seeds.numbers, afterSolved: untilSolved ? 0 : afterSolved, in: folder)
      try sweep.checkFolder()
      let results = try schedule.results(of: sweep.jobs, in: folder)
      let written = try write(
        sweep.outcomes(results), of: sweep.subject, to: folder,
        beside: [(.curves, sweep.learningCurves(results))])
      print("\nthe runs lie in \(folder)/runs; beside it \(written.joined(separator: ", "))")
      try schedule.conclude(results)
    }
  }
}

/// Prints the summary of runs, and writes it, their table and their figures into a folder.
///
/// - Returns: The files' names.
func write(
  _ outcomes: Outcomes, of subject: String, to folder: String,
  beside others: [(name: SweepFigure, figure: (any Figure)?)] = []
) throws -> [String] {
  let summary = outcomes.summary
  try OwnFile.write(outcomes.table, to: "\(folder)/outcomes.csv")
  try OwnFile.write(summary, to: "\(folder)/summary.csv")
  var written = ["outcomes.csv", "summary.csv"]
  let figures: [(name: SweepFigure, figure: (any Figure)?)] = [
    (.survival, try outcomes.survivalCurves(of: subject)),
    (.times, try outcomes.solvingTimes(of: subject)),
  ]
  for (name, figure) in figures + others {
    let path = "\(folder)/\(name).svg"
    guard let figure else {
      try OwnFile.removeFigure(at: path)
      continue
    }
    try OwnFile.write(figure, named: name.rawValue, to: path)
    written.append("\(name).svg")
  }
  print("\n" + aligned([summary.columns.map(spaced)] + summary.rows))
  return written
}
