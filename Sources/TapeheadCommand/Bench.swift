import ArgumentParser
import TapeheadCells
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// `tapehead bench`.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time full training steps: data, forward, backward, clipping and update.",
    discussion: """
      The work is the copy task or, where --inputs is given, random choices in and out, one in every \
      step.
      """)

  @OptionGroup var model: ModelOptions

  @Option(parsing: .unconditional, help: "Sequences in a batch.")
  var batch = 32

  @Option(
    parsing: .unconditional,
    help: "Vectors in a sequence of the copy task, which has 2 × length + 1 steps (default: 20).")
  var length: Int?

  @OptionGroup var sizes: BenchSizes

  @OptionGroup var threadOptions: ThreadOptions

  @Option(parsing: .unconditional, help: "How long to measure.")
  var seconds = 3.0

  @Option(name: .customLong("set"), help: "A setting by its path; may be repeated.")
  var assignments: [String] = []

  @Flag(help: "Also show what the time is spent on, operation by operation.")
  var profile = false

  @Flag(help: "One JSON object, for programs.")
  var json = false

  /// The measured time is cut into blocks; the median of their speeds counts.
  private static let blocks = 10

  func validate() throws {
    guard seconds > 0, seconds <= 3_600 else {
      throw ValidationError("--seconds is \(seconds): set it to a number above 0, at most 3600.")
    }
  }

  func run() throws {
    try reportingErrors {
      try refuseSettingsOfCopy()
      var options = SettingOptions()
      options.config = nil
      options.assignments = [
        "task.minimumLength=\(length ?? 20)", "task.maximumLength=\(length ?? 20)",
        "training.batch=\(batch)",
        "training.tightMemory.slots=0", "training.rolledMemory.rolls=false",
        "training.quietShare=0",
      ]
      options.assignments += sizes.assignments(for: model.model ?? .ntm) + assignments
      var configuration = try options.resolve(task: Copy.name, model: model).configuration
      if let choices = sizes.choices { configuration.task = TaskConfiguration(choices) }
      let instructionSet = try InstructionSet.selected()
      let trainer = try Trainer(
        configuration, threads: threadOptions.count, instructionSet: instructionSet)
      for _ in 0..<3 { try trainer.step() }
      if profile { trainer.measure() }
      let rates = try (0..<Self.blocks).map { _ in
        try rate(trainer, seconds: seconds / Double(Self.blocks))
      }.sorted()
      let result = BenchResult(
        task: configuration.task.name, model: configuration.model.kind.rawValue,
        controller: configuration.model.controllerName, batch: configuration.training.batch,
        length: (configuration.task.task as? Copy)?.maximumLength,
        steps: configuration.task.task.longestSequence, threads: trainer.threads,
        isa: instructionSet.rawValue,
        parameters: trainer.program.parameters.trainedCount,
        sequences_per_second: rates[rates.count / 2], minimum: rates[0],
        maximum: rates[rates.count - 1], peak_memory_bytes: Clock.peakMemory,
        profile: profile ? BenchProfile(trainer, instructionSet) : nil)
      if json {
        printJSON(result)
      } else {
        print(result.text)
        if let profile = result.profile { print("\n" + profile.text) }
      }
    }
  }

  /// Random choices take the place of the copy task, with all its settings.
  private func refuseSettingsOfCopy() throws(SettingError) {
    guard sizes.choices != nil else { return }
    let assignment = assignments.first { $0.hasPrefix("task.") }
    guard let given = length.map({ "--length \($0)" }) ?? assignment.map({ "--set \($0)" }) else {
      return
    }
    throw SettingError(
      setting: given, problem: "is of the copy task, in whose place --inputs puts random choices",
      remedy: "leave out the one or the other")
  }

  /// Sequences per second over about the given time.
  private func rate(_ trainer: Trainer, seconds: Double) throws -> Double {
    let start = Clock.now()
    let first = trainer.sequences
    repeat { try trainer.step() } while Clock.now() - start < seconds
    return Double(trainer.sequences - first) / (Clock.now() - start)
  }
}

/// What `bench` measured; also the object of `bench --json`.
private struct BenchResult: Encodable {
  let task: String
  let model: String
  let controller: String?
  let batch: Int
  /// Of the copy task's sequences.
  let length: Int?
  let steps: Int
  let threads: Int
  let isa: String
  let parameters: Int
  let sequences_per_second: Double
  let minimum: Double
  let maximum: Double
  let peak_memory_bytes: Int
  let profile: BenchProfile?

  var text: String {
    """
    \(task), \(model)\(controller.map { " with \($0) controller" } ?? ""), \
    \(grouped(parameters)) parameters, \(steps) steps, batch \(batch), \
    \(threads) thread\(threads == 1 ? "" : "s"), \(isa)
    \(grouped(Int(sequences_per_second))) sequences/s (median; \(grouped(Int(minimum))) to \
    \(grouped(Int(maximum)))), peak memory \(megabytes(peak_memory_bytes))
    """
  }
}
