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
      end, report.html lays our curves over the paper's, over all runs that lie in the folder, and \
      CSV files hold how far each run came, every point of its curve, the paper's marks and the \
      evaluation.
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
    name: .customLong("out"), help: "The folder of the reproduction (default: reproduction).",
    completion: .directory,
    transform: place)
  var folder = "reproduction"

  /// The paper's.
  private static let models = PaperSetting.Model.inOrder.filter { $0 != .dnc }
  private static let names = PaperSetting.Model.inOrder.map(\.rawValue).joined(separator: ", ")

  func run() throws {
    try reportingErrors {
      try schedule.refuse(assignments)
      let matrix = try Matrix(
        tasks: try chosenTasks(), models: try chosenModels(), seeds: schedule.seeds.numbers,
        sequences: schedule.sequences, in: folder
      ) { configuration in
        configuration = try adjusted(configuration)
      }
      for job in matrix.jobs { try job.configuration.validate() }
      let results = try schedule.results(of: matrix.jobs, stages: Matrix.stages, in: folder)
      let (whole, all) = try matrix.joined(
        with: results, in: folder, instructionSet: InstructionSet.selected())
      let damage = try write(whole, all)
      try schedule.conclude(results)
      for error in damage { printError("tapehead: \(error)") }
      if !damage.isEmpty { throw ExitCode.failure }
    }
  }

  /// A run's configuration with what the command sets, which is the same task and model as before.
  private func adjusted(_ configuration: RunConfiguration) throws -> RunConfiguration {
    var settings = try Settings(defaults: configuration)
    let (task, model) = (configuration.task.name, configuration.model.label)
    do {
      for assignment in assignments { try settings.set(assignment) }
    } catch let error as SettingsError {
      throw error.about("\(task) with \(model)")
    }
    let changed = settings.configuration
    guard changed.task.name == task, changed.model.label == model else {
      throw SettingError(
        setting: "--set",
        problem: "makes \(changed.task.name) with \(changed.model.label) of \(task) with \(model)",
        remedy: "choose tasks with --tasks and models with --models")
    }
    return changed
  }

  /// Writes tables, figures and the page; returns why runs have no pictures on it.
  private func write(_ matrix: Matrix, _ results: [JobResult]) throws -> [FileError] {
    let tables = [
      ("runs", matrix.outcomes(results)), ("curves", matrix.curves(results)),
      ("marks", matrix.marks(results)), ("evaluation", matrix.evaluation(results)),
    ]
    for (name, table) in tables { try OwnFile.write(table, to: "\(folder)/\(name).csv") }
    for task in TaskCatalogue.all {
      guard let figure = try matrix.curvesFigure(of: task, results) else { continue }
      try OwnFile.write(figure, named: task.name, to: "\(folder)/\(task.name).svg")
    }
    let (page, damage) = try matrix.report(
      results, command: command, instructionSet: InstructionSet.selected())
    try OwnFile.write(page, to: "\(folder)/report.html")
    print("the report lies in \(folder)/report.html")
    return damage
  }

  /// The command as it was given, without its budget of time.
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
    guard !names.contains("") else {
      throw ReportingError(
        "\(option) has a name that is empty", remedy: "write names with one comma between them")
    }
    guard let twice = names.first(where: { name in names.count { $0 == name } > 1 }) else {
      return names
    }
    throw ReportingError("\(option) names \(twice) twice", remedy: "leave one of them out")
  }
}
