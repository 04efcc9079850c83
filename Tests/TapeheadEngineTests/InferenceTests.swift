import TapeheadEngine
import TestSupport
import Testing

/// Evaluation with taps, and streaming.
@Suite struct InferenceTests {
  private static let settings = ExecutionSettings(
    microBatch: 2, threads: 1, instructionSet: .fastest)

  @Test func trainingEvaluationAndStreamingAgree() throws {
    let (program, store) = try SampleCell.sample()
    try expectAllWaysToRunAgree(program, store, SampleCell.batch([3, 7, 1, 5, 7]))
  }

  @Test func tapsAreRecordedForEveryStep() throws {
    let (program, store) = try SampleCell.sample()
    #expect(
      program.tapNames == ["reading/weighting", "writing/weighting", "memory", "logits"])
    let batch = SampleCell.batch([2, 4, 1])
    let found = try InferenceExecutor(
      program, parameters: store, settings: Self.settings, taps: program.tapNames
    ).run(batch)
    #expect(found.tapShapes["memory"] == [3, 5])
    #expect(found.taps["logits"].map(bits) == bits(found.outputs))

    let session = Session(program, parameters: store)
    for (start, length) in zip(batch.starts, batch.lengths) {
      session.restart()
      for row in start..<(start + length) {
        _ = try session.step(Array(batch.inputs[(row * 4)..<((row + 1) * 4)]))
        for name in program.tapNames {
          let numbers = try session.tap(name)
          let recorded = try #require(found.taps[name])
          let wanted = Array(recorded[(row * numbers.count)..<((row + 1) * numbers.count)])
          #expect(bits(numbers) == bits(wanted), "\(name) at row \(row)")
        }
      }
    }
  }

  @Test func withoutTapsThereIsNothingButTheOutput() throws {
    let (program, store) = try SampleCell.sample()
    let found = InferenceExecutor(program, parameters: store, settings: Self.settings)
      .run(SampleCell.batch([2]))
    #expect(found.taps.isEmpty)
    #expect(found.outputs.count == 4)
  }

  @Test func unknownTapIsNamed() throws {
    let (program, store) = try SampleCell.sample()
    let message = """
      no tap is named "memori"; this model has reading/weighting, writing/weighting, memory, logits
      """
    let evaluation = #expect(throws: UnknownTap.self) {
      try InferenceExecutor(
        program, parameters: store, settings: Self.settings, taps: ["memori"])
    }
    #expect(evaluation?.description == message)
    let session = Session(program, parameters: store)
    let streaming = #expect(throws: UnknownTap.self) { try session.tap("memori") }
    #expect(streaming?.description == message)
  }

  @Test(arguments: [0, 3, 5])
  func inputOfAWrongSizeIsRefused(count: Int) throws {
    let (program, store) = try SampleCell.sample()
    let session = Session(program, parameters: store)
    let error = #expect(throws: SessionError.self) {
      try session.step(Array(repeating: 0, count: count))
    }
    #expect(error?.description == "an input of this model has 4 numbers, found \(count)")
    #expect(session.steps == 0)
  }

  @Test func sessionContinuesFromItsState() throws {
    let (program, store) = try SampleCell.sample()
    let (first, second) = (
      Session(program, parameters: store), Session(program, parameters: store)
    )
    let start = first.state
    #expect(Set(start.keys) == ["hidden", "memory"])
    _ = try first.step([1, 0, -1, 0.5])
    try second.restore(first.state)
    let (a, b) = (try first.step([0, 1, 1, 0]), try second.step([0, 1, 1, 0]))
    #expect(bits(a) == bits(b))
    #expect(first.steps == 2)
    first.restart()
    #expect(first.state == start)
    #expect(first.steps == 0)
  }

  @Test func onlyAStateOfTheModelIsRestored() throws {
    let (program, store) = try SampleCell.sample()
    let session = Session(program, parameters: store)
    let start = session.state
    func refusal(_ change: (inout [String: [Float]]) -> Void) -> String? {
      var state = start.mapValues { $0.map { $0 + 1 } }
      change(&state)
      return #expect(throws: SessionError.self) { try session.restore(state) }?.description
    }
    #expect(
      refusal { $0["hidden"] = nil } == "state hidden of this model has 6 numbers, found none")
    #expect(refusal { $0["hidden"] = [1] } == "state hidden of this model has 6 numbers, found 1")
    #expect(refusal { $0["links"] = [1] } == "this model has no state links")
    #expect(session.state == start)
  }

  /// A running sum, which is shown, tapped and given as the step finds it.
  @Test func whatAStepFindsIsReadAsItFindsIt() throws {
    let cell = ClosureCell(inputs: 2, outputs: 2) {
      [$0.constant([10, 20], shape: [2])]
    } step: { states, input in
      ([states[0].tapped("before") + input], states[0])
    }
    let program = try Program(
      cell, parameters: ParameterList(), objective: .binaryCrossEntropy)
    let store = ParameterStore(program.parameters)
    var batch = SequenceBatch(inputSize: 2, targetSize: 2)
    _ = batch.appendSequence(steps: 3)
    batch.inputs = [1, 2, 3, 4, 5, 6]
    let found = try InferenceExecutor(
      program, parameters: store, settings: Self.settings, taps: ["before"]
    ).run(batch)
    #expect(found.taps["before"] == [10, 20, 11, 22, 14, 26])
    #expect(found.outputs == [10, 20, 11, 22, 14, 26])
    let session = Session(program, parameters: store)
    #expect(try session.step([1, 2]) == [10, 20])
    #expect(try session.tap("before") == [10, 20])
  }

  @Test func aBatchOfOtherSizesIsRefused() async {
    await #expect(processExitsWith: .failure) {
      let (program, store) = try SampleCell.sample()
      let executor = InferenceExecutor(program, parameters: store, settings: Self.settings)
      _ = executor.run(.random(lengths: [3], inputSize: 5, targetSize: 2))
    }
    await #expect(processExitsWith: .failure) {
      let (program, store) = try SampleCell.sample()
      var batch = SampleCell.batch([3])
      batch.inputs.removeLast()
      _ = TrainingExecutor(program, store)
        .lossAndGradient(batch, into: ParameterStore(program.parameters))
    }
    await #expect(processExitsWith: .failure) {
      let (program, _) = try SampleCell.sample()
      _ = Session(program, parameters: ParameterStore(ParameterList()))
    }
  }

  @Test(arguments: InstructionSet.supported)
  func instructionSetsDoNotChangeBits(instructionSet: InstructionSet) throws {
    let (program, store) = try SampleCell.sample()
    let portable = Session(program, parameters: store, instructionSet: .portable)
    let session = Session(program, parameters: store, instructionSet: instructionSet)
    for _ in 0..<5 {
      let (a, b) = (try portable.step([0, 1, -1, 0]), try session.step([0, 1, -1, 0]))
      #expect(bits(a) == bits(b))
    }
  }
}
