import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// The limit of what comes back into a similarity reaches the heads: the way there is the same, the way back is not.
@Suite struct GradientLimitTests {
  /// The loss, and each parameter's gradient, of the cell that is made.
  private func result(
    _ make: (inout ParameterList) -> some Cell
  ) throws -> (loss: Double, gradient: [[Float]]) {
    var list = ParameterList()
    let cell = make(&list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let executor = TrainingExecutor(
      program, parameters: .random(list), settings: DNCSample.settings, longestSequence: 4)
    let gradient = ParameterStore(list)
    let loss = executor.lossAndGradient(
      .random(lengths: [4, 3], inputSize: 3, targetSize: 2), into: gradient)
    return (loss, list.all.map { gradient[$0] })
  }

  private func expectThatItReaches(
    _ make: (_ limit: Float, inout ParameterList) -> some Cell
  ) throws {
    let free = try result { make(0, &$0) }
    let limited = try result { make(1e-6, &$0) }
    #expect(free.loss == limited.loss)
    #expect(free.gradient != limited.gradient)
    let untouched = try result { make(Conventions.tapehead.similarity.gradientLimit, &$0) }
    #expect(free.gradient == untouched.gradient)
  }

  @Test func theNTM() throws {
    try expectThatItReaches { limit, list in
      var conventions = Conventions.tapehead
      conventions.similarity.gradientLimit = limit
      return NeuralTuringMachine(
        NeuralTuringMachine.Configuration(
          controller: ControllerConfiguration(units: 5), slots: 7, width: 3,
          conventions: conventions), inputs: 3, outputs: 2, in: &list)
    }
  }

  @Test(arguments: [false, true]) func theDNC(_ masksLookup: Bool) throws {
    try expectThatItReaches { limit, list in
      var conventions = DNCConventions.graves2016
      conventions.masksLookup = masksLookup
      conventions.similarity.gradientLimit = limit
      return DifferentiableNeuralComputer(
        DifferentiableNeuralComputer.Configuration(
          controller: ControllerConfiguration(units: 5), slots: 7, width: 3,
          conventions: conventions), inputs: 3, outputs: 2, in: &list)
    }
  }
}
