import TapeheadCells
import TapeheadEngine
import TestSupport

/// A small DNC, its program, and parameters at which usages differ enough for finite differences.
struct DNCSample {
  let program: Program
  let store: ParameterStore
  let batch: SequenceBatch

  /// `spread` widens the parameters, so that weightings are far from even.
  init(
    _ conventions: DNCConventions, readHeads: Int = 2, writeHeads: Int = 1, slots: Int = 5,
    controller: ControllerConfiguration = ControllerConfiguration(units: 4),
    links: Links.Kind = .exact, linkEntries: Int = 2, spread: Float = 1
  ) throws {
    var list = ParameterList()
    let cell = DifferentiableNeuralComputer(
      DifferentiableNeuralComputer.Configuration(
        controller: controller, slots: slots, width: 3, readHeads: readHeads,
        writeHeads: writeHeads, links: links, linkEntries: linkEntries, conventions: conventions),
      inputs: 3, outputs: 2, in: &list)
    program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    store = .random(list, in: -spread...spread)
    batch = .random(lengths: [6, 4, 5], inputSize: 3, targetSize: 2)
  }

  static let settings = ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest)

  /// The numbers of taps at every step of the batch.
  func recording(_ taps: [String]) throws -> Recording {
    try InferenceExecutor(program, parameters: store, settings: Self.settings, taps: taps)
      .run(batch)
  }
}
