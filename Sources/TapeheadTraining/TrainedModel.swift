public import TapeheadEngine

/// The model of a run as its checkpoint left it: for evaluation, figures and streaming.
public struct TrainedModel {
  public let configuration: RunConfiguration
  public let program: Program
  public let parameters: ParameterStore
  /// On how many sequences it was trained.
  public let sequences: Int

  /// Loads the model of a run.
  ///
  /// - Throws: `FileError` when the folder, its configuration or its checkpoint is not what it should be.
  public init(_ folder: RunFolder) throws {
    self.configuration = try folder.readConfiguration()
    self.program = try configuration.program()
    let file = try CheckpointFile(reading: folder.checkpoint)
    self.parameters = try Trainer.parameters(
      of: program.parameters, in: file, named: folder.checkpoint)
    guard let sequences = file.sequences else {
      throw FileError(
        folder.checkpoint, "does not say on how many sequences it was trained",
        remedy: "put the run's own checkpoint back, or train it anew")
    }
    self.sequences = sequences
  }

  /// A session that takes one input and gives one output at a time.
  public func session(instructionSet: InstructionSet = .fastest) -> Session {
    Session(program, parameters: parameters, instructionSet: instructionSet)
  }
}
