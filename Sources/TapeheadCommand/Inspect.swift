import ArgumentParser
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// `tapehead inspect RUN|TASK`.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a model's parameters, its program, its plan, and the memory it needs.",
    discussion: "Takes a run's folder, or a task's name and the options of a model to train on it.")

  @Argument(help: "A run's folder or a task.", completion: .directory, transform: place)
  var subject: String

  @OptionGroup var model: ModelOptions
  @OptionGroup var settings: SettingOptions

  @Flag(help: "Also print the program: one operation a line.")
  var program = false

  @Flag(help: "Also print the plan: where every value stands.")
  var plan = false

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try reportingErrors {
      let configuration =
        if TaskCatalogue.names.contains(subject) {
          try settings.resolve(task: subject, model: model).configuration
        } else {
          try configuration(ofRun: subject)
        }
      // What the program takes with nothing to train.
      let own = Clock.peakMemory + Self.workingBytes
      let run = try PlannedRun(configuration, threads: threads.count)
      print("\(configuration.task.name) with \(configuration.model.label)\n")
      printParameters(run.program.parameters)
      printMemory(run, own: own, steps: configuration.task.task.longestSequence)
      if program { print("\n" + run.program.text) }
      if plan { print("\n" + run.plan.text) }
      if !program && !plan {
        print("\n--program shows the operations of a step, --plan where its values stand")
      }
    }
  }

  /// A run's settings, which no option changes.
  private func configuration(ofRun path: String) throws -> RunConfiguration {
    let configuration = try RunFolder(opening: path).readConfiguration()
    let given = [
      ("--model", model.model != nil), ("--controller", model.controller != nil),
      ("--preset", model.preset != nil), ("--config", settings.config != nil),
      ("--set", !settings.assignments.isEmpty),
    ]
    guard let (option, _) = given.first(where: { $0.1 }) else { return configuration }
    throw SettingError(
      setting: option, problem: "is given with the run \(path), which has its settings",
      remedy: "leave it out, or name a task in place of the run")
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

  private func printMemory(_ run: PlannedRun, own: Int, steps: Int) {
    let (plan, need) = (run.plan, run.need)
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
