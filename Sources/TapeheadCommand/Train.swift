import ArgumentParser
import TapeheadCells
import TapeheadTasks
import TapeheadTraining

/// `tapehead train TASK`.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model on a task.",
    discussion: """
      Trains for a fixed number of sequences, says when the task is solved (fewer than 0.01 wrong \
      bits per sequence on 1,000 fresh sequences), and then shows what the model can do at lengths \
      it was never trained on. The run is a folder that nothing overwrites; Ctrl-C saves it, and \
      `tapehead resume` goes on.
      """)

  @Argument(help: "The task: \(TaskCatalogue.names.joined(separator: ", ")).")
  var task: String

  @OptionGroup var model: ModelOptions

  @Option(parsing: .unconditional, help: "Everything random follows from it.")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "Sequences to train on.")
  var sequences: Int?

  @Option(parsing: .unconditional, help: "Sequences in a batch, for one update.")
  var batch: Int?

  @Option(name: .customLong("learning-rate"), help: "The optimiser's learning rate.")
  var learningRate: Float?

  @Option(
    name: .customLong("run"), help: "The run's folder (default: runs/TASK-MODEL-seedN).",
    transform: place)
  var folder: String?

  @OptionGroup var settings: SettingOptions
  @OptionGroup var output: TrainingOutput

  func run() throws {
    try reportingErrors {
      var settings = try self.settings.resolve(task: task, model: model)
      if let seed { try settings.set("seed=\(seed)") }
      if let sequences { try settings.set("training.sequences=\(sequences)") }
      if let batch { try settings.set("training.batch=\(batch)") }
      if let learningRate { try settings.set("training.optimiser.learningRate=\(learningRate)") }
      let configuration = settings.configuration
      try configuration.validate()
      _ = try configuration.program()
      let folder =
        try self.folder.map { try RunFolder(creating: $0) }
        ?? RunFolder(
          creating: "\(task)-\(configuration.model.label)-seed\(configuration.seed)", in: "runs")
      let instructionSet = try output.instructionSet()
      try folder.withLock {
        let run = try TrainingRun(
          starting: configuration, in: folder, threads: output.threads,
          instructionSet: instructionSet, now: Clock.now)
        try output.train(run)
      }
    }
  }
}
