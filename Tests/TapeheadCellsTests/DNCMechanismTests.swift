import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// What each mechanism of the paper means, on programs of one step.
@Suite struct DNCMechanismTests {
  /// The outputs of operations on given values, run in the executor.
  private func run(
    _ inputs: [[Float]], _ body: @escaping @Sendable ([Value]) -> Value
  ) throws -> [Float] {
    let sizes = inputs.map(\.count)
    let probe = ClosureCell(
      inputs: sizes.reduce(0, +), outputs: 1, first: { _ in [] },
      step: { _, input in ([], body(input.split(sizes)).tapped("made").sum()) })
    let program = try Program(probe, parameters: ParameterList(), objective: .output)
    var batch = SequenceBatch(inputSize: sizes.reduce(0, +), targetSize: 1)
    _ = batch.appendSequence(steps: 1)
    batch.inputs = inputs.flatMap { $0 }
    let store = ParameterStore(program.parameters)
    let executor = try InferenceExecutor(
      program, parameters: store, settings: DNCSample.settings, taps: ["made"])
    return executor.run(batch).taps["made"] ?? []
  }

  @Test func allocationPrefersTheLeastUsedSlot() throws {
    let found = try run([[1, 0.5, 0, 0.25]]) { $0[0].allocation() }
    #expect(found == [0, 0, 1, 0])
  }

  @Test func allocationOfEquallyUsedSlotsTakesTheFirst() throws {
    let found = try run([[1, 0, 0, 0]]) { $0[0].allocation() }
    #expect(found == [0, 1, 0, 0])
  }

  @Test func aFullMemoryAllocatesNothing() throws {
    let found = try run([[1, 1, 1]]) { $0[0].allocation() }
    #expect(found == [0, 0, 0])
  }

  @Test func aFreedSlotIsNotInUse() throws {
    let found = try run([[1, 1, 1], [0, 1, 0], [0, 1, 0.5]]) { values in
      values[0].usage(afterWriting: values[1], retaining: 1 - values[2])
    }
    #expect(found == [1, 0, 0.5])
  }

  /// Slot 0 is written, then 2, then 1: from 0 the links lead forward to 2, and from 1 back to 2.
  @Test func linksFollowTheOrderOfWrites() throws {
    func weighting(_ slot: Int) -> [Float] { (0..<3).map { $0 == slot ? 1 : 0 } }
    let found = try run([weighting(0), weighting(2), weighting(1)]) { writes in
      let trace = writes[0].trace
      var links = trace.constant(0, shape: [3, 3])
      var precedence = trace.constant(0, shape: [3])
      let from = concatenate([writes[0], writes[2]]).reshaped(to: [2, 3])
      var (forward, backward) = (from, from)
      for write in writes {
        (links, forward, backward) = links.links(
          afterWriting: write, precedence: precedence, from: from)
        precedence = precedence.precedence(afterWriting: write)
      }
      return concatenate([forward, backward])
    }
    #expect(Array(found[0..<3]) == weighting(2))
    #expect(Array(found[9..<12]) == weighting(2))
  }

  /// The numbers of taps stay within what they mean, in every preset and with several heads.
  @Test(arguments: DNCConventionsPreset.allCases, [1, 2])
  func weightingsStayWeightings(_ preset: DNCConventionsPreset, _ writeHeads: Int) throws {
    let sample = try DNCSample(preset.conventions, writeHeads: writeHeads, spread: 3)
    var taps = ["usage", "retention"]
    for head in 0..<writeHeads {
      let names = [
        "weighting", "allocation", "precedence", "allocation gate", "write gate", "content",
      ]
      taps += names.map { "write head \(head)/\($0)" }
    }
    for head in 0..<2 {
      taps += ["weighting", "modes", "free gate"].map { "read head \(head)/\($0)" }
    }
    let recording = try sample.recording(taps)
    for tap in taps {
      let numbers = recording.taps[tap] ?? []
      let size = recording.tapShapes[tap]?.count ?? 1
      let isWithin = !numbers.isEmpty && numbers.allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-5 }
      #expect(isWithin, "\(tap)")
      guard tap.hasSuffix("weighting") || tap.hasSuffix("allocation") else { continue }
      for row in stride(from: 0, to: numbers.count, by: size) {
        let sum = numbers[row..<(row + size)].reduce(0, +)
        #expect(sum <= 1 + 1e-5, "\(tap)")
      }
    }
  }

  @Test func theInterfaceHasTheSizeOfThePaper() {
    let layout = DNCInterfaceLayout(
      width: 64, readHeads: 4, writeHeads: 1, conventions: .graves2016)
    let (words, numbers) = (4 * 64 + 3 * 64, 5 * 4 + 3)
    #expect(layout.size == words + numbers)
  }
}
