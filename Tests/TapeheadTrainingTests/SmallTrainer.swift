import TapeheadCells
import TapeheadEngine
import TapeheadTasks
import TapeheadTraining

extension Trainer {
  /// Trains an NTM of 16 slots × 4 with an LSTM of 8 units on the small copy task.
  static func small(
    averagedShare: Float = 0.1, learningRate: Float? = nil, tightMemory: TightMemory = .none,
    rolledMemory: RolledMemory = .never
  ) throws -> Trainer {
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
    configuration.model = .ntm(
      NeuralTuringMachine.Configuration(
        controller: ControllerConfiguration(kind: .lstm, units: 8), slots: 16, width: 4))
    configuration.training.averagedShare = averagedShare
    configuration.training.tightMemory = tightMemory
    configuration.training.rolledMemory = rolledMemory
    if let learningRate { configuration.training.optimiser.learningRate = learningRate }
    return try Trainer(configuration, threads: 1, instructionSet: .fastest)
  }
}
