import ArgumentParser
import TapeheadTraining

/// `tapehead resume RUN`.
struct Resume: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go on with a run that was interrupted, or train it further.",
    discussion: "The run ends with the same bits as one that was never interrupted.")

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory,
    transform: place)
  var folder: String

  @Option(
    parsing: .unconditional,
    help: "Sequences to train on in all (default: as the run was started with).")
  var sequences: Int?

  @OptionGroup var output: TrainingOutput

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: self.folder)
      let instructionSet = try output.instructionSet()
      try folder.withLock {
        let run = try TrainingRun(
          resuming: folder, sequences: sequences, threads: output.threads,
          instructionSet: instructionSet, now: Clock.now)
        try output.train(run)
      }
    }
  }
}
