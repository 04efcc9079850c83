import ArgumentParser
import TapeheadTasks
import TapeheadTraining

/// `tapehead show TASK`.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw an example of a task as the network sees it, with its channels named.")

  @Argument(help: "The task: \(TaskCatalogue.names.joined(separator: ", ")).")
  var task: String

  @Option(help: "Of the example that is drawn.")
  var seed: UInt64 = 1

  @Option(help: "Length of the example (default: as in training).")
  var length: Int?

  @Option(help: "Columns of the terminal.")
  var columns = 100

  func run() throws {
    try reportingErrors {
      var task = try TaskCatalogue.task(named: task).init()
      if let length { task = try task.evaluationCase(length: length).task }
      var stream = RandomStream(seed: seed, purpose: "example")
      let batch = task.batch(count: 1, using: &stream)
      let kind = type(of: task)
      print("\(kind.title): \(kind.summary)\n\(kind.citation)\n")
      print(ExampleDrawing(of: 0, in: batch, task: task, columns: columns))
    }
  }
}
