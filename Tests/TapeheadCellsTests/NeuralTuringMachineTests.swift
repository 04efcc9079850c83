import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// Whole machines: gradients in every convention, plans that are legal, and what their parts mean.
@Suite struct NeuralTuringMachineTests {
  /// One machine: heads, shifts and controller are spread over the conventions.
  struct Layout: Sendable, CustomTestStringConvertible {
    let preset: ConventionsPreset
    let kind: ControllerConfiguration.Kind
    let order: HeadOrder
    let memory: FirstMemory.Kind
    let heads: (reads: Int, writes: Int)
    let shifts: Int

    var testDescription: String {
      "\(preset), \(kind), \(order), \(memory), \(heads.reads)+\(heads.writes) heads, \(shifts) shifts"
    }

    func machine(in list: inout ParameterList) -> NeuralTuringMachine {
      var conventions = preset.conventions
      conventions.headOrder = order
      conventions.memory.initial = memory
      // Clipping is in use, and the gradient without a kink at what the test draws.
      if conventions.outputClip > 0 { conventions.outputClip = 0.7 }
      return NeuralTuringMachine(
        NeuralTuringMachine.Configuration(
          controller: ControllerConfiguration(kind: kind, units: 5, layers: 2), slots: 7, width: 3,
          readHeads: heads.reads, writeHeads: heads.writes, shifts: shifts,
          conventions: conventions), inputs: 3, outputs: 2, in: &list)
    }
  }

  static let layouts: [Layout] = {
    let heads = [(1, 1), (2, 1), (1, 2), (2, 2)]
    var layouts: [Layout] = []
    for preset in ConventionsPreset.allCases {
      for kind in ControllerConfiguration.Kind.allCases {
        for order in HeadOrder.allCases {
          for memory in FirstMemory.Kind.allCases {
            let number = layouts.count
            layouts.append(
              Layout(
                preset: preset, kind: kind, order: order, memory: memory,
                heads: heads[(number + number / 4) % 4], shifts: (number / 2) % 2 == 0 ? 3 : 5))
          }
        }
      }
    }
    return layouts
  }()

  static let batch = SequenceBatch.random(
    lengths: [2, 3, 1], inputSize: 3, targetSize: 2)

  @Test(arguments: layouts)
  func gradientIsThatOfDifferences(_ layout: Layout) throws {
    var list = ParameterList()
    let cell = layout.machine(in: &list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let deviation = try GradientCheck(program, probes: .directions(2))
      .largestDeviation(Self.batch, .random(list))
    let isClose = deviation.error <= 2e-5
    #expect(isClose, "\(deviation)")
  }

  @Test(arguments: layouts)
  func evaluationAndStreamingAreAsTraining(_ layout: Layout) throws {
    var list = ParameterList()
    let cell = layout.machine(in: &list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let store = ParameterStore.random(list)
    let settings = ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest)
    let training = TrainingExecutor(
      program, parameters: store, settings: settings, longestSequence: 3)
    _ = training.lossAndGradient(Self.batch, into: ParameterStore(list))
    let evaluation = try InferenceExecutor(
      program, parameters: store, settings: settings, taps: program.tapNames)
    try evaluation.plan.check()
    let found = evaluation.run(Self.batch)
    #expect(found.losses == training.losses)
    let session = Session(program, parameters: store)
    for row in 0..<2 {
      let output = try session.step(Array(Self.batch.inputs[(3 * row)..<(3 * row + 3)]))
      #expect(output == Array(found.outputs[(2 * row)..<(2 * row + 2)]), "step \(row)")
    }
  }

  /// What a head's weighting is: nowhere negative, and one in sum.
  @Test(arguments: ConventionsPreset.allCases)
  func weightingsAreDistributions(_ preset: ConventionsPreset) throws {
    let layout = Layout(
      preset: preset, kind: .lstm, order: preset.conventions.headOrder, memory: .random,
      heads: (2, 1), shifts: 3)
    var list = ParameterList()
    let cell = layout.machine(in: &list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let names = program.tapNames.filter { $0.hasSuffix("/weighting") }
    #expect(names.count == 3)
    let found = try InferenceExecutor(
      program, parameters: .random(list),
      settings: ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest), taps: names
    ).run(Self.batch)
    for name in names {
      let numbers = try #require(found.taps[name])
      for start in stride(from: 0, to: numbers.count, by: 7) {
        let weighting = numbers[start..<(start + 7)]
        let sum = weighting.reduce(0, +)
        #expect(abs(sum - 1) < 1e-5, "\(name)")
        #expect(weighting.allSatisfy { $0 >= 0 }, "\(name)")
      }
    }
  }

  /// What a step hands on to the next, or back to the one before, is made where that one looks for it.
  @Test func weightingsAreHandedOnWithoutCopies() throws {
    var list = ParameterList()
    let layout = Layout(
      preset: .tapehead, kind: .lstm, order: .together, memory: .learned, heads: (1, 1), shifts: 3)
    let cell = layout.machine(in: &list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let settings = ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest)
    let plan = TrainingExecutor(
      program, parameters: ParameterStore(list), settings: settings, longestSequence: 3
    ).plan
    let copies = (plan.step + plan.stepBack).filter { $0.node == nil }.map { $0.writes[0].place }
    #expect(!copies.isEmpty)
    for (index, state) in program.states.enumerated() where state.name.hasSuffix("/weighting") {
      let back = try #require(plan.cotangentPlaces[index])
      #expect(!copies.contains(back), "\(state.name)")
      #expect(!copies.contains(plan.finalPlaces[index]), "\(state.name)")
    }
  }

  /// What is joined is made where it is joined, too: all that is copied is what goes into the controller beside the
  /// input.
  @Test func onlyWhatTheControllerFindsIsCopied() throws {
    var list = ParameterList()
    let cell = NeuralTuringMachine(
      NeuralTuringMachine.Configuration(
        controller: ControllerConfiguration(kind: .lstm, units: 5), slots: 7, width: 3),
      inputs: 3, outputs: 2, in: &list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let plan = TrainingExecutor(
      program, parameters: ParameterStore(list),
      settings: ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest),
      longestSequence: 3
    ).plan
    try plan.check()
    let copied = (plan.step + plan.stepBack).filter { $0.node == nil }
      .map { program.describe($0.reads[0]) }
    #expect(copied == ["state read head 0/read", "state controller/layer 0/hidden"])
  }

  @Test func initialisationOfTheMemoryIsAsSaid() throws {
    func memory(_ first: FirstMemory) throws -> (numbers: [Float], trained: Bool) {
      var conventions = Conventions.graves2014
      conventions.memory = first
      var list = ParameterList()
      _ = NeuralTuringMachine(
        NeuralTuringMachine.Configuration(slots: 5, width: 3, conventions: conventions),
        inputs: 3, outputs: 2, in: &list)
      var random = SeededGenerator(seed: 1)
      let parameter = try #require(list.named("first memory"))
      return (ParameterStore(list, using: &random)[parameter], parameter.trained)
    }
    let constant = try memory(FirstMemory(initial: .constant))
    #expect(constant.numbers == Array(repeating: 1e-6, count: 15))
    #expect(!constant.trained)
    let random = try memory(FirstMemory(initial: .random))
    #expect(Set(random.numbers).count == 15)
    #expect(!random.trained)
    #expect(try memory(FirstMemory(initial: .random, trained: true)).trained)
    #expect(try memory(FirstMemory(initial: .learned)).trained)
  }

  /// The limit of what comes back into a weighting: the way there is the same, the way back is not.
  @Test func limitOfTheGradientReachesTheHeads() throws {
    func result(limit: Float) throws -> (loss: Double, gradient: [[Float]]) {
      var conventions = Conventions.tapehead
      conventions.weightingGradientLimit = limit
      var list = ParameterList()
      let cell = NeuralTuringMachine(
        NeuralTuringMachine.Configuration(
          controller: ControllerConfiguration(units: 5), slots: 7, width: 3,
          conventions: conventions), inputs: 3, outputs: 2, in: &list)
      let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
      let settings = ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest)
      let executor = TrainingExecutor(
        program, parameters: .random(list), settings: settings, longestSequence: 3)
      try executor.plan.check()
      let gradient = ParameterStore(list)
      return (executor.lossAndGradient(Self.batch, into: gradient), list.all.map { gradient[$0] })
    }
    let free = try result(limit: 0)
    let limited = try result(limit: 1e-6)
    #expect(free.loss == limited.loss)
    #expect(free.gradient != limited.gradient)
    let untouched = try result(limit: 1e6)
    #expect(free.gradient == untouched.gradient)
  }

  /// With all else 0, what heads do in the first step follows from the first biases of their parameters.
  @Test func headsStartFromTheirFirstBiases() throws {
    var conventions = Conventions.tapehead
    (conventions.gateBias, conventions.eraseBias, conventions.shiftBias) = (-1, -2, 3)
    var list = ParameterList()
    let cell = NeuralTuringMachine(
      NeuralTuringMachine.Configuration(
        controller: ControllerConfiguration(units: 5), slots: 7, width: 3, readHeads: 2,
        writeHeads: 2, conventions: conventions), inputs: 3, outputs: 2, in: &list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let bias = try #require(list.named("heads/bias"))
    let store = ParameterStore(list)
    var random = SeededGenerator(seed: 1)
    store[bias] = ParameterStore(list, using: &random)[bias]
    let names = program.tapNames.filter { name in
      ["/interpolated", "/erase", "/shifted"].contains { name.hasSuffix($0) }
    }
    #expect(names.count == 10)
    let found = try InferenceExecutor(
      program, parameters: store,
      settings: ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest), taps: names
    ).run(Self.batch)
    // σ(−1) and σ(−2); the content weighting of an empty memory is flat, the first one 0.9 on slot 0. Heads 1
    // shift by +1 with e³ / (2 + e³).
    let (gate, erase, step): (Float, Float, Float) = (0.26894142, 0.11920292, 0.90944294)
    let first = gate / 7 + (1 - gate) * 0.9
    for name in names {
      let numbers = try #require(found.taps[name])
      if name.hasSuffix("/shifted") {
        let onward = name.contains("head 1") ? step : 1 / 3
        let rest = gate / 7 + (1 - gate) * 0.1 / 6
        #expect(abs(numbers[1] - (onward * first + (1 - onward) * rest)) < 1e-6, "\(name)")
      } else if name.hasSuffix("/erase") {
        #expect(numbers.prefix(3).allSatisfy { abs($0 - erase) < 1e-6 }, "\(name)")
      } else {
        #expect(abs(numbers[0] - first) < 1e-6, "\(name)")
      }
    }
  }

  /// Even weightings over slots that hold the same would stay even for ever.
  @Test func learnedFirstWeightingsAreUneven() throws {
    var list = ParameterList()
    _ = NeuralTuringMachine(
      NeuralTuringMachine.Configuration(slots: 23, width: 3, conventions: .collierBeel2018),
      inputs: 3, outputs: 2, in: &list)
    var random = SeededGenerator(seed: 1)
    let store = ParameterStore(list, using: &random)
    for head in ["read head 0", "write head 0"] {
      let numbers = store[try #require(list.named("\(head)/first weighting"))]
      #expect(Set(numbers).count == 23)
      // √(6 / (1 + 23))
      #expect(numbers.allSatisfy { abs($0) <= 0.5 })
    }
  }
}
