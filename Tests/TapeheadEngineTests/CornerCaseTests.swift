import TapeheadEngine
import TestSupport
import Testing

/// Awkward cells: right gradients, and the same numbers in training, evaluation and streaming.
@Suite struct CornerCaseTests {
  @Test(arguments: CornerCase.all)
  func gradientIsThatOfDifferences(_ corner: CornerCase) throws {
    let program = try corner.program()
    let store = ParameterStore.random(program.parameters, in: 0.2...0.9)
    let batch = corner.batch(program)
    let deviation = try GradientCheck(program).largestDeviation(batch, store)
    let isClose = deviation.error <= 1e-5
    #expect(isClose, "\(deviation)")
  }

  @Test(arguments: CornerCase.all)
  func gradientOfInputsIsThatOfDifferences(_ corner: CornerCase) throws {
    let program = try corner.program(differentiating: .inputs)
    let store = ParameterStore.random(program.parameters, in: 0.2...0.9)
    let deviation = try GradientCheck(program).largestInputDeviation(corner.batch(program), store)
    let isClose = deviation.error <= 1e-4
    #expect(isClose, "\(deviation)")
  }

  @Test(arguments: CornerCase.all)
  func allWaysToRunAgree(_ corner: CornerCase) throws {
    let program = try corner.program()
    let store = ParameterStore.random(program.parameters, in: 0.2...0.9)
    try expectAllWaysToRunAgree(program, store, corner.batch(program))
  }
}

extension CornerCase {
  fileprivate func batch(_ program: Program) -> SequenceBatch {
    .random(
      lengths: [4, 1, 3], inputSize: program.values[program.input].shape.count, targetSize: 1)
  }
}

/// Expects the same bits from training, from evaluation with and without taps, and from sessions.
func expectAllWaysToRunAgree(
  _ program: Program, _ store: ParameterStore, _ batch: SequenceBatch,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let settings = ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest)
  let training = TrainingExecutor(
    program, parameters: store, settings: settings, longestSequence: batch.lengths.max() ?? 1)
  _ = training.lossAndGradient(batch, into: ParameterStore(store.list))
  let plain = InferenceExecutor(program, parameters: store, settings: settings)
  let tapped = try InferenceExecutor(
    program, parameters: store,
    settings: ExecutionSettings(microBatch: 3, threads: 2, instructionSet: .fastest),
    taps: program.tapNames)
  try training.plan.check()
  try plain.plan.check()
  try tapped.plan.check()

  let found = plain.run(batch)
  let recorded = tapped.run(batch)
  #expect(bits(found.losses) == bits(training.losses), sourceLocation: sourceLocation)
  #expect(bits(recorded.losses) == bits(training.losses), sourceLocation: sourceLocation)
  #expect(bits(recorded.outputs) == bits(found.outputs), sourceLocation: sourceLocation)
  #expect(found.wrongBits == training.wrongBits.map { Int($0) }, sourceLocation: sourceLocation)

  let size = program.values[program.output].shape.count
  let session = Session(program, parameters: store)
  for (start, length) in zip(batch.starts, batch.lengths) {
    session.restart()
    for row in start..<(start + length) {
      let inputs = batch.inputs[(row * batch.inputSize)..<((row + 1) * batch.inputSize)]
      let output = try session.step(Array(inputs))
      let wanted = Array(found.outputs[(row * size)..<((row + 1) * size)])
      #expect(bits(output) == bits(wanted), "row \(row)", sourceLocation: sourceLocation)
    }
  }
}

func bits(_ numbers: [Float]) -> [UInt32] { numbers.map(\.bitPattern) }
