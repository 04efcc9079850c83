import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// Steps that are computed again on the way back change no bits.
struct RecomputingTests {
  enum Model: String, CaseIterable, Sendable { case ntm, dnc, lstm }

  private func program(_ model: Model) throws -> Program {
    var list = ParameterList()
    let controller = ControllerConfiguration(units: 7)
    func program(_ cell: some Cell) throws -> Program {
      try Program(
        cell, parameters: list, objective: .binaryCrossEntropy, differentiating: .inputs)
    }
    switch model {
    case .ntm:
      let configuration = NeuralTuringMachine.Configuration(
        controller: controller, slots: 9, width: 5, conventions: .graves2014)
      return try program(
        NeuralTuringMachine(configuration, inputs: 4, outputs: 3, in: &list))
    case .dnc:
      let configuration = DifferentiableNeuralComputer.Configuration(
        controller: controller, slots: 9, width: 5, readHeads: 2, writeHeads: 2)
      return try program(
        DifferentiableNeuralComputer(configuration, inputs: 4, outputs: 3, in: &list))
    case .lstm:
      return try program(
        LSTM(LSTM.Configuration(units: 7, layers: 2), inputs: 4, outputs: 3, in: &list))
    }
  }

  /// Lengths that fill whole segments and that do not, in several micro-batches of unlike lengths.
  @Test(arguments: Model.allCases, [[1], [2], [16], [17, 3, 12], [30, 1, 9, 25, 26]])
  func sameBits(_ model: Model, _ lengths: [Int]) throws {
    let program = try program(model)
    let store = ParameterStore.random(program.parameters)
    let batch = SequenceBatch.random(lengths: lengths, inputSize: 4, targetSize: 3)
    func result(recomputes: Bool) -> [[UInt32]] {
      let executor = TrainingExecutor(
        program, parameters: store,
        settings: ExecutionSettings(
          microBatch: 2, threads: 2, instructionSet: .fastest, recomputes: recomputes),
        longestSequence: 4)
      let gradient = ParameterStore(program.parameters)
      gradient.buffer.fill(.nan)
      // The second time, nothing of the first may show.
      _ = executor.lossAndGradient(batch, into: gradient)
      _ = executor.lossAndGradient(batch, into: gradient)
      return
        ([executor.losses, executor.inputGradients]
        + program.parameters.all.map { gradient[$0] }).map { $0.map(\.bitPattern) }
    }
    let (kept, again) = (result(recomputes: false), result(recomputes: true))
    #expect(again == kept)
  }

  @Test(arguments: Model.allCases)
  func takesLessMemory(_ model: Model) throws {
    let program = try program(model)
    let store = ParameterStore.random(program.parameters)
    let bytes = [false, true].map { recomputes in
      TrainingExecutor(
        program, parameters: store,
        settings: ExecutionSettings(
          microBatch: 1, threads: 1, instructionSet: .fastest, recomputes: recomputes),
        longestSequence: 400
      ).bytes
    }
    #expect(bytes[1] * 4 < bytes[0])
  }
}
