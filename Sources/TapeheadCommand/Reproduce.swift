import ArgumentParser
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// `tapehead reproduce`.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Repeat the NTM paper: its tasks and models over several seeds, with a report.",
    discussion: """
      Trains every task with every model of the paper, in the paper's sizes, one run a processor. \
      All runs reach 10,000 sequences before any goes on, so that each curve shows something \
      early. Interrupted, killed or at the end of its minutes, the same command goes on. At the \
      end, report.html lays our curves over the paper's, and CSV files hold every number.
      """)

  @Option(help: "Tasks with commas between them (default: all of the paper's).")
  var tasks: String?

  @Option(
    help: """
      Models with commas between them, of \
      \(Reproduce.names) (default: the NTM paper's three).
      """)
  var models: String?

  @OptionGroup var schedule: ScheduleOptions

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting of every run by its path, such as task.markers=startAndEnd; may be repeated.",
      valueName: "path=value"))
  var assignments: [String] = []

  @Option(
    name: .customLong("out"), help: "The folder of the reproduction.", completion: .directory,
    transform: place)
  var folder = "reproduction"

  /// The paper's, in the order to train them: what is learned first comes first.
  private static let models: [PaperSetting.Model] = [.recurrentNTM, .feedForwardNTM, .lstm]
  private static let names = (models + [.dnc]).map(\.rawValue).joined(separator: ", ")

  func run() throws {
    try reportingErrors {
      try schedule.refuseSeed(in: assignments)
      let matrix = try Matrix(
        tasks: try chosenTasks(), models: try chosenModels(), seeds: schedule.seeds.numbers,
        sequences: schedule.sequences, in: folder
      ) { configuration in
        var settings = try Settings(defaults: configuration)
        for assignment in assignments { try settings.set(assignment) }
        configuration = settings.configuration
      }
      for job in matrix.jobs { try job.configuration.validate() }
      let results = try schedule.results(of: matrix.jobs, stages: Matrix.stages)
      try write(matrix, results)
      try schedule.conclude(results)
    }
  }

  private func write(_ matrix: Matrix, _ results: [JobResult]) throws {
    let tables = [
      ("runs", matrix.outcomes(results)), ("curves", matrix.curves(results)),
      ("marks", matrix.marks(results)), ("evaluation", matrix.evaluation(results)),
    ]
    for (name, table) in tables { try OwnFile.write(table, to: "\(folder)/\(name).csv") }
    for task in TaskCatalogue.all {
      guard let figure = try matrix.curvesFigure(of: task, results) else { continue }
      try OwnFile.write(figure, named: task.name, to: "\(folder)/\(task.name).svg")
    }
    let page = try matrix.report(
      results, command: command, instructionSet: InstructionSet.selected())
    try OwnFile.write(page, to: "\(folder)/report.html")
    print("the report lies in \(folder)/report.html")
  }

  /// The command that repeats all of this, without its budget of time.
  private var command: String {
    var words = ["tapehead reproduce"]
    if let tasks { words.append("--tasks \(tasks)") }
    if let models { words.append("--models \(models)") }
    words.append("--seeds \(schedule.seeds)")
    if let sequences = schedule.sequences { words.append("--sequences \(sequences)") }
    words += assignments.map { "--set \($0)" }
    return words.joined(separator: " ")
  }

  private func chosenTasks() throws -> [any SequenceTask.Type] {
    guard let tasks else { return Matrix.tasks }
    return try Self.list(tasks, of: "--tasks").map { name in
      let task = try TaskCatalogue.task(named: name)
      guard try !task.paperSettings.isEmpty || chosenModels() == [.dnc] else {
        throw ReportingError(
          "the NTM paper has no task \(name)",
          remedy: "choose from \(Matrix.tasks.map { $0.name }.joined(separator: ", ")), "
            + "or give --models dnc")
      }
      return task
    }
  }

  private func chosenModels() throws -> [PaperSetting.Model] {
    guard let models else { return Self.models }
    return try Self.list(models, of: "--models").map { name in
      guard let model = PaperSetting.Model(rawValue: name) else {
        throw ReportingError(
          "there is no model \(name) to reproduce", remedy: "choose from \(Self.names)")
      }
      return model
    }
  }

  /// The names of an option that takes several, each given once.
  private static func list(_ text: String, of option: String) throws(ReportingError) -> [String] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard let twice = names.first(where: { name in names.count { $0 == name } > 1 }) else {
      return names
    }
    throw ReportingError("\(option) names \(twice) twice", remedy: "leave one of them out")
  }
}
