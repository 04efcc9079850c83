import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// Memories of the size that makes rows take turns: a micro-batch gives the gradient of its rows alone.
struct RowOrderTests {
  private static let lengths = [9, 7, 7, 4, 1]

  private func program(dnc: Bool) throws -> Program {
    var list = ParameterList()
    let controller = ControllerConfiguration(units: 20)
    if dnc {
      let configuration = DifferentiableNeuralComputer.Configuration(
        controller: controller, slots: 64, width: 12, readHeads: 2)
      let cell = DifferentiableNeuralComputer(configuration, inputs: 4, outputs: 3, in: &list)
      return try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    }
    let configuration = NeuralTuringMachine.Configuration(
      controller: controller, readHeads: 2, conventions: .pytorchNTM)
    let cell = NeuralTuringMachine(configuration, inputs: 4, outputs: 3, in: &list)
    return try Program(cell, parameters: list, objective: .binaryCrossEntropy)
  }

  private func gradient(_ program: Program, microBatch: Int) throws -> [[Float]] {
    let executor = TrainingExecutor(
      program, parameters: ParameterStore.random(program.parameters),
      settings: ExecutionSettings(microBatch: microBatch, threads: 1, instructionSet: .fastest),
      longestSequence: 9)
    try executor.plan.check()
    let gradient = ParameterStore(program.parameters)
    let batch = SequenceBatch.random(lengths: Self.lengths, inputSize: 4, targetSize: 3)
    _ = executor.lossAndGradient(batch, into: gradient)
    return program.parameters.all.map { gradient[$0] }
  }

  @Test(arguments: [false, true], [2, 3, 4, 5])
  func rowsInTurnGiveTheGradientOfRowsAlone(dnc: Bool, rows: Int) throws {
    let program = try program(dnc: dnc)
    let alone = try gradient(program, microBatch: 1)
    let together = try gradient(program, microBatch: rows)
    for (parameter, (one, other)) in zip(program.parameters.all, zip(alone, together)) {
      let largest = one.reduce(1e-3) { max($0, abs($1)) }
      let worst = zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(worst <= 1e-4 * largest, "\(parameter.name)")
    }
  }
}
