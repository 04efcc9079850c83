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
    let found = try InferenceExecutor(program, parameters: store, settings: Self.settings)
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
    second.state = first.state
    let (a, b) = (try first.step([0, 1, 1, 0]), try second.step([0, 1, 1, 0]))
    #expect(bits(a) == bits(b))
    #expect(first.steps == 2)
    first.restart()
    #expect(first.state == start)
    #expect(first.steps == 0)
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
