import TapeheadEngine
import TestSupport
import Testing

/// How a batch is cut up, padded and run must not show in its losses and gradients.
@Suite struct TrainingExecutorTests {
  /// Sums of a few dozen floats in another order differ by this part of the largest.
  private static let rounding: Float = 2e-6

  @Test func gradientIsThatOfDifferences() throws {
    let (program, store) = try SampleCell.sample()
    let deviation = try GradientCheck(program)
      .largestDeviation(SampleCell.batch([3, 5, 1]), store)
    let isClose = deviation.error <= 1e-5
    #expect(isClose, "\(deviation)")
  }

  @Test(arguments: [1, 2, 3, 4, 8])
  func sequencesOfDifferentLengthsAreAsAlone(microBatch: Int) throws {
    let (program, store) = try SampleCell.sample()
    let batch = SampleCell.batch([3, 7, 1, 5, 5])
    let together = TrainingExecutor(program, store, microBatch: microBatch)
    let (loss, gradient) = together.result(batch)
    let alone = TrainingExecutor(program, store, microBatch: 1)
    var sum = gradient.map { $0.map { _ in Float(0) } }
    var losses: [Float] = []
    for sequence in 0..<batch.count {
      let result = alone.result(batch.alone(sequence))
      losses.append(Float(result.loss))
      for index in sum.indices {
        sum[index] = zip(sum[index], result.gradient[index]).map { $0 + $1 }
      }
    }
    #expect(bits(together.losses) == bits(losses))
    let total = losses.reduce(0.0) { $0 + Double($1) }
    #expect(loss == total)
    let difference = largestDifference(gradient, sum)
    #expect(difference <= Self.rounding)
  }

  @Test(arguments: [1, 2, 3, 5])
  func threadsDoNotChangeBits(microBatch: Int) throws {
    let (program, store) = try SampleCell.sample()
    let batch = SampleCell.batch([3, 7, 1, 5, 5, 2, 7, 4, 6])
    let one = TrainingExecutor(program, store, microBatch: microBatch, threads: 1).result(batch)
    for threads in 2...3 {
      let several = TrainingExecutor(program, store, microBatch: microBatch, threads: threads)
      for _ in 0..<5 {
        let found = several.result(batch)
        #expect(found.loss == one.loss, "\(threads) threads")
        #expect(found.gradient.map(bits) == one.gradient.map(bits), "\(threads) threads")
      }
    }
  }

  @Test(arguments: InstructionSet.supported)
  func instructionSetsDoNotChangeBits(instructionSet: InstructionSet) throws {
    let (program, store) = try SampleCell.sample()
    let batch = SampleCell.batch([3, 7, 1])
    let portable = TrainingExecutor(program, store, instructionSet: .portable).result(batch)
    let found = TrainingExecutor(program, store, instructionSet: instructionSet).result(batch)
    #expect(found.loss == portable.loss)
    #expect(found.gradient.map(bits) == portable.gradient.map(bits))
  }

  @Test func stepsOfWeightZeroGiveNoGradient() throws {
    let (program, store) = try SampleCell.sample()
    var batch = SampleCell.batch([3, 7])
    batch.weights = batch.weights.map { _ in 0 }
    let executor = TrainingExecutor(program, store)
    let (loss, gradient) = executor.result(batch)
    #expect(loss == 0)
    #expect(gradient.allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(executor.wrongBits == [0, 0])
  }

  @Test func stepsAfterTheLastThatCountsDoNotMatter() throws {
    let (program, store) = try SampleCell.sample()
    var batch = SampleCell.batch([7])
    for step in 4..<7 { batch.weights[step] = 0 }
    var short = SequenceBatch(inputSize: 4, targetSize: 2)
    _ = short.appendSequence(steps: 4)
    short.inputs = Array(batch.inputs[..<16])
    short.targets = Array(batch.targets[..<8])
    short.weights = [1, 1, 1, 1]
    let executor = TrainingExecutor(program, store)
    let (long, cut) = (executor.result(batch), executor.result(short))
    #expect(long.loss == cut.loss)
    let difference = largestDifference(long.gradient, cut.gradient)
    #expect(difference <= Self.rounding)
  }

  @Test func weightsScaleTheLoss() throws {
    let (program, store) = try SampleCell.sample()
    var batch = SampleCell.batch([5, 2])
    let executor = TrainingExecutor(program, store)
    let once = executor.result(batch)
    batch.weights = batch.weights.map { _ in 4 }
    let fourfold = executor.result(batch)
    #expect(fourfold.loss == 4 * once.loss)
    let scaled = once.gradient.map { $0.map { 4 * $0 } }
    let difference = largestDifference(fourfold.gradient, scaled)
    #expect(difference <= Self.rounding)
  }

  @Test func memoryGrowsForLongerSequences() throws {
    let (program, store) = try SampleCell.sample()
    let batch = SampleCell.batch([40, 3, 39])
    let small = TrainingExecutor(program, store, threads: 2, longestSequence: 2)
    let large = TrainingExecutor(program, store, threads: 2, longestSequence: 40)
    _ = small.result(SampleCell.batch([2, 2, 1]))
    let (found, wanted) = (small.result(batch), large.result(batch))
    #expect(found.loss == wanted.loss)
    #expect(found.gradient.map(bits) == wanted.gradient.map(bits))
  }

  /// The first batch leaves nothing behind in arenas, gradients and cotangents.
  @Test func secondBatchIsAsAFirst() throws {
    let (program, store) = try SampleCell.sample()
    let executor = TrainingExecutor(program, store, microBatch: 4, threads: 2)
    let batch = SampleCell.batch([5, 2, 4])
    let first = executor.result(batch)
    for lengths in [[8, 8, 8, 8, 8, 8, 8, 8, 8], [1]] {
      _ = executor.result(SampleCell.batch(lengths))
      let second = executor.result(batch)
      #expect(second.loss == first.loss)
      #expect(second.gradient.map(bits) == first.gradient.map(bits))
    }
  }

  /// A gradient replaces what a store held, also where no step uses a parameter.
  @Test(arguments: [1, 3])
  func gradientOfWhatIsUnusedIsZero(sequences: Int) throws {
    var list = ParameterList()
    let cell = SampleCell(in: &list)
    let unused = list.declare("unused", shape: [3], initialisation: .constant(0))
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let gradient = ParameterStore(list)
    gradient[unused] = [1, 2, 3]
    _ = TrainingExecutor(program, ParameterStore.random(list), microBatch: 2)
      .lossAndGradient(
        SampleCell.batch(Array(repeating: 2, count: sequences)), into: gradient)
    let found = gradient[unused]
    #expect(found == [0, 0, 0])
  }

  @Test func wrongBitsAreCounted() throws {
    var list = ParameterList()
    let a = list.declare("a", shape: [1], initialisation: .constant(1))
    let cell = ClosureCell.stateless(inputs: 2, outputs: 2) { input in
      input.scaled(by: input.trace.parameter(a))
    }
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    var batch = SequenceBatch(inputSize: 2, targetSize: 2)
    _ = batch.appendSequence(steps: 2)
    _ = batch.appendSequence(steps: 1)
    batch.inputs = [1, -1, 1, 1, -2, 3]
    batch.targets = [0, 1, 1, 0, 0, 1]
    batch.weights = [1, 1, 1]
    var random = SeededGenerator(seed: 1)
    let executor = TrainingExecutor(program, ParameterStore(list, using: &random))
    _ = executor.result(batch)
    #expect(executor.wrongBits == [3, 0])
  }

  /// Two segments of three steps where steps are computed again.
  @Test(arguments: [false, true])
  func firstValueThatIsNotFiniteIsNamed(recomputes: Bool) throws {
    var list = ParameterList()
    let a = list.declare("a", shape: [1], initialisation: .constant(1))
    let cell = ClosureCell.stateless(inputs: 1, outputs: 1) { input in
      input.trace(in: "growth") { (input * input.trace.parameter(a)).exp() }
    }
    let program = try Program(cell, parameters: list, objective: .output)
    var random = SeededGenerator(seed: 1)
    let executor = TrainingExecutor(
      program, ParameterStore(list, using: &random), recomputes: recomputes)
    var batch = SequenceBatch(inputSize: 1, targetSize: 1)
    _ = batch.appendSequence(steps: 3)
    _ = batch.appendSequence(steps: 5)
    batch.inputs[3 + 2] = 80
    #expect(executor.firstNonFinite(in: batch) == nil)
    batch.inputs[3 + 2] = 90
    let found = executor.firstNonFinite(in: batch).map(String.init(describing:))
    #expect(found == "growth/exp was not finite at time step 2 of sequence 1")
    let large = executor.firstNonFinite(in: batch, beyond: 85).map(String.init(describing:))
    #expect(large == "growth/multiply was 90.0 at time step 2 of sequence 1")
  }

  /// From s to s² / 2 + input a gradient grows by s: by 2 in steps 0 to 2 and 6 to 8, by 3 between.
  @Test(arguments: [false, true])
  func firstValueThatIsTooLargeOnTheWayBackIsNamed(recomputes: Bool) throws {
    var list = ParameterList()
    let a = list.declare("a", shape: [1], initialisation: .constant(2))
    let cell = ClosureCell(inputs: 1, outputs: 1) {
      [$0.parameter(a)]
    } step: { states, input in
      let next = states[0] * states[0] * 0.5 + input
      return ([next], next)
    }
    let program = try Program(cell, parameters: list, objective: .output)
    var random = SeededGenerator(seed: 1)
    let executor = TrainingExecutor(
      program, ParameterStore(list, using: &random), recomputes: recomputes)
    var batch = SequenceBatch(inputSize: 1, targetSize: 1)
    _ = batch.appendSequence(steps: 9)
    batch.inputs = [0, 0, 1, -1.5, -1.5, -2.5, 0, 0, 0]
    batch.weights[8] = 1
    let found = executor.firstNonFinite(in: batch, beyond: 200)
    #expect(found?.number == 216)
    #expect(found?.backward == true)
    #expect(found?.step == 3)
  }
}
