import ArgumentParser
import TapeheadEngine
import TapeheadTasks
import TapeheadTraining

/// `tapehead inspect RUN|TASK`.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a model's parameters, its program, its plan, and the memory it needs.",
    discussion: "Takes a run's folder, or a task's name and the options of a model to train on it.")

  @Argument(help: "A run's folder or a task.", completion: .directory)
  var subject: String

  @OptionGroup var model: ModelOptions
  @OptionGroup var settings: SettingOptions

  @Flag(help: "Also print the program: one operation a line.")
  var program = false

  @Flag(help: "Also print the plan: where every value stands.")
  var plan = false

  @Option(help: "Threads, for the memory needed (default: all processors).")
  var threads: Int?

  func run() throws {
    try reportingErrors {
      let configuration =
        if TaskCatalogue.names.contains(subject) {
          try settings.resolve(task: subject, model: model).configuration
        } else {
          try RunFolder(opening: subject).readConfiguration()
        }
      // What the program takes with nothing to train.
      let own = Clock.peakMemory + Self.workingBytes
      let threads = threads ?? Clock.processors
      let trainer = try Trainer(
        configuration, threads: threads, instructionSet: InstructionSet.selected())
      print("\(configuration.task.name) with \(configuration.model.label)\n")
      printParameters(trainer.program.parameters)
      printMemory(
        trainer, trainer.memoryNeed(threads: threads), own: own,
        steps: configuration.task.task.longestSequence)
      if program { print("\n" + trainer.program.text) }
      if plan { print("\n" + trainer.plan.text) }
      if !program && !plan {
        print("\n--program shows the operations of a step, --plan where its values stand")
      }
    }
  }

  private func printParameters(_ parameters: ParameterList) {
    var rows = [["parameter", "shape", "numbers", ""]]
    for parameter in parameters.all {
      rows.append([
        parameter.name, parameter.shape.description, grouped(parameter.shape.count),
        parameter.trained ? "" : "fixed",
      ])
    }
    rows.append(["trained in all", "", grouped(parameters.trainedCount), ""])
    print(aligned(rows))
  }

  /// What training takes beside all that is counted: batches, records, files, more of the code.
  private static let workingBytes = 3_500_000

  private func printMemory(_ trainer: Trainer, _ need: MemoryNeed, own: Int, steps: Int) {
    let plan = trainer.plan
    print(
      """

      \(plan.instructionCount) kernel calls a step, \(plan.rows) sequences side by side
      of one thread's arena     \(megabytes(plan.arenaBytes(steps: steps))), or \
      \(megabytes(plan.arenaBytes(steps: steps, recomputing: true))) with training.recompute=true

      memory of training, at its peak
      """)
    print(
      aligned([
        ["arenas for \(steps) steps", megabytes(need.arenas)],
        ["parameters and optimiser", megabytes(need.parameters)],
        ["constants", megabytes(need.constants)],
        ["evaluation", megabytes(need.evaluation)],
        ["a checkpoint", megabytes(need.checkpoint)],
        ["the program itself", megabytes(own)],
        ["in all", megabytes(need.total + own)],
      ]))
  }
}

/// Bytes as megabytes.
func megabytes(_ bytes: Int) -> String { decimal(Double(bytes) / 1e6, 1) + " MB" }
