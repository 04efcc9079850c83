import ArgumentParser
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// `tapehead show TASK`.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw an example of a task as the network sees it, with its channels named.",
    discussion: "Below it stand the paper's settings for the task, where it has any.")

  @Argument(help: "The task: \(TaskCatalogue.names.joined(separator: ", ")).")
  var task: String

  @Option(parsing: .unconditional, help: "Of the example that is drawn.")
  var seed: UInt64 = 1

  @Option(parsing: .unconditional, help: "Length of the example (default: as in training).")
  var length: Int?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting of the task, such as task.markers=startAndEnd; may be repeated.",
      valueName: "path=value"))
  var assignments: [String] = []

  @Option(parsing: .unconditional, help: "Columns of the terminal.")
  var columns = 100

  /// Fewer columns than this have no room for the names of the channels.
  private static let columnLimits = 40...10_000

  func validate() throws {
    guard Self.columnLimits.contains(columns) else {
      throw ValidationError(
        "--columns is \(columns): set it to a number from \(Self.columnLimits.lowerBound) to "
          + "\(Self.columnLimits.upperBound).")
    }
  }

  func run() throws {
    try reportingErrors {
      var settings = try Settings(
        defaults: RunConfiguration.defaults(
          for: try TaskCatalogue.task(named: task).init(), model: .ntm))
      let shown = settings.configuration
      for assignment in assignments {
        try settings.set(assignment)
        guard settings.configuration.model == shown.model,
          settings.configuration.training == shown.training,
          settings.configuration.seed == shown.seed
        else {
          throw SettingError(
            setting: "--set \(assignment)", problem: "is no setting of the task",
            remedy: "leave it out: an example shows nothing of how it is learned")
        }
      }
      try settings.configuration.validate()
      var task = settings.configuration.task.task
      if let length {
        task = try blaming("--length", "\(length)") { () throws(SettingError) in
          try task.evaluationCase(length: length).task
        }
      }
      var stream = RandomStream(seed: seed, purpose: "example")
      let batch = task.batch(count: 1, using: &stream)
      let kind = type(of: task)
      print("\(kind.title): \(kind.summary)\n\(kind.citation)\n")
      print(ExampleDrawing(of: 0, in: batch, task: task, columns: columns))
      if !kind.paperSettings.isEmpty { print(Self.table(kind.paperSettings)) }
      if let note = settings.configuration.training.quietNote { print("\(note)\n") }
    }
  }

  /// The paper's settings, as its tables 1 to 3 have them.
  private static func table(_ settings: [PaperSetting]) -> String {
    let heading = [
      "in the paper", "pairs of heads", "layers × units", "learning rate", "parameters",
      "sequences",
    ]
    let rows = settings.map { setting in
      [
        setting.model.rawValue, setting.headPairs > 0 ? "\(setting.headPairs)" : "",
        "\(setting.layers) × \(setting.units)", rateText(setting.learningRate),
        grouped(setting.parameters), grouped(setting.sequences),
      ]
    }
    return aligned([heading] + rows) + "\n"
  }
}
