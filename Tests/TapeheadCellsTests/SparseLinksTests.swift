import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// The DNC with sparse links: like exact ones where nothing is left out, right where it is, and small.
@Suite struct SparseLinksTests {
  /// What a sample gives: losses and all gradients.
  private func results(_ sample: DNCSample) -> [[Float]] {
    let executor = TrainingExecutor(
      sample.program, parameters: sample.store, settings: DNCSample.settings, longestSequence: 6)
    let gradient = ParameterStore(sample.program.parameters)
    _ = executor.lossAndGradient(sample.batch, into: gradient)
    return [executor.losses] + sample.program.parameters.all.map { gradient[$0] }
  }

  /// With an entry for every slot nothing is left out.
  @Test(arguments: DNCConventionsPreset.allCases, [1, 2])
  func withAllEntriesTheyAreExact(_ preset: DNCConventionsPreset, _ writeHeads: Int) throws {
    func sample(_ links: Links.Kind) throws -> DNCSample {
      try DNCSample(
        preset.conventions, writeHeads: writeHeads, links: links, linkEntries: 5, spread: 2)
    }
    let (exact, sparse) = (results(try sample(.exact)), results(try sample(.sparse)))
    for (wanted, found) in zip(exact, sparse) {
      let scale = wanted.reduce(1e-6) { max($0, abs($1)) }
      let error = zip(wanted, found).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
      #expect(error < 1e-4)
    }
  }

  /// Fewer entries than slots: another model, so that the setting is seen to do something.
  @Test func withFewEntriesTheyAreNot() throws {
    func sample(_ links: Links.Kind) throws -> DNCSample {
      try DNCSample(.graves2016, links: links, linkEntries: 2, spread: 2)
    }
    let (exact, sparse) = (results(try sample(.exact)), results(try sample(.sparse)))
    #expect(exact[0] != sparse[0])
  }

  /// Sharp writes one slot after the other: two entries are as good as all of them.
  @Test func sharpWritesNeedFewEntries() throws {
    func followed(_ kind: Links.Kind) -> ClosureCell {
      ClosureCell(inputs: 6, outputs: 12) { trace in
        let first = TemporalLinks(
          precedence: trace.constant(0, shape: [6]),
          links: kind == .exact
            ? .exact(trace.constant(0, shape: [6, 6]))
            : .sparse(.none(slots: 6, entries: 2, in: trace)))
        return first.values
      } step: { states, input in
        let order = TemporalLinks(
          precedence: states[0],
          links: kind == .exact
            ? .exact(states[1]) : .sparse(SparseLinks(degrees: states[1], slots: states[2])))
        let (next, directions) = order.updated(
          writing: input, from: input.reshaped(to: [1, 6]))
        return (next.values, concatenate([directions.forward, directions.backward]))
      }
    }
    var batch = SequenceBatch(inputSize: 6, targetSize: 12)
    let slots = [0, 3, 1, 5, 3, 2, 0, 4]
    _ = batch.appendSequence(steps: slots.count)
    batch.inputs = slots.flatMap { slot in (0..<6).map { $0 == slot ? 1 : 0 } }
    let outputs = try [Links.Kind.exact, .sparse].map { kind in
      let program = try Program(
        followed(kind), parameters: ParameterList(), objective: .binaryCrossEntropy)
      let executor = InferenceExecutor(
        program, parameters: ParameterStore(program.parameters), settings: DNCSample.settings)
      return executor.run(batch).outputs
    }
    #expect(outputs[0] == outputs[1])
    let isAllZero = outputs[0].allSatisfy { $0 == 0 }
    #expect(!isAllZero)
  }

  @Test(arguments: DNCConventionsPreset.allCases, [(1, 2), (2, 2), (1, 4)])
  func gradientIsThatOfDifferences(
    _ preset: DNCConventionsPreset, _ size: (writeHeads: Int, entries: Int)
  ) throws {
    var conventions = preset.conventions
    conventions.similarity = DNCGradientTests.smooth.similarity
    // Two usages that differ in Double and not in a float are allocated in another order, and what
    // is raised to a power next to 0 has no differences to speak of.
    if conventions.usageEpsilon > 0 { conventions.usageEpsilon = 0.01 }
    conventions.sharpeningEpsilon = 0.01
    let sample = try DNCSample(
      conventions, writeHeads: size.writeHeads, links: .sparse, linkEntries: size.entries)
    let deviation = try GradientCheck(sample.program, probes: .directions(4))
      .largestDeviation(sample.batch, sample.store)
    let isSmall = deviation.error < DNCGradientTests.bound
    #expect(isSmall, "\(deviation)")
  }

  /// Bytes of a training step's frame.
  private func bytes(_ links: Links.Kind, slots: Int, entries: Int = 8) throws -> Int {
    let sample = try DNCSample(.graves2016, slots: slots, links: links, linkEntries: entries)
    let executor = TrainingExecutor(
      sample.program, parameters: sample.store,
      settings: ExecutionSettings(microBatch: 1, threads: 1, instructionSet: .fastest),
      longestSequence: 1)
    return executor.plan.arenaBytes(steps: 2) - executor.plan.arenaBytes(steps: 1)
  }

  /// Twice the slots are twice the memory, and K entries are 2 K numbers a slot.
  @Test func memoryGrowsWithSlotsTimesEntries() throws {
    let sizes = try [256, 512, 1_024].map { try bytes(.sparse, slots: $0) }
    #expect(sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0]))
    let (few, many) = (sizes[2], try bytes(.sparse, slots: 1_024, entries: 24))
    // Beside the entries of the links there are only the places of w and p.
    let entries = 16 * 2 * 1_024 * 4
    #expect(many - few >= entries)
    #expect(many - few < entries + 1_024)
    let exact = try bytes(.exact, slots: 1_024)
    #expect(exact > 1_024 * 1_024 * 4)
  }
}

extension CellState {
  /// The values, in their order.
  fileprivate var values: [Value] {
    var (copy, values): (Self, [Value]) = (self, [])
    copy.forEachValue { values.append($1) }
    return values
  }
}
