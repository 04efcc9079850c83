import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// The limit of what comes back into a similarity reaches the heads: the way there is the same, the way back is not.
@Suite struct GradientLimitTests {
  private func result(
    _ cell: some Cell, _ list: ParameterList
  ) throws -> (loss: Double, gradient: [[Float]]) {
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let executor = TrainingExecutor(
      program, parameters: .random(list), settings: DNCSample.settings, longestSequence: 4)
    let gradient = ParameterStore(list)
    let loss = executor.lossAndGradient(
      .random(lengths: [4, 3], inputSize: 3, targetSize: 2), into: gradient)
    return (loss, list.all.map { gradient[$0] })
  }

  @Test func ofTheNTM() throws {
    func result(limit: Float) throws -> (loss: Double, gradient: [[Float]]) {
      var conventions = Conventions.tapehead
      conventions.similarity.gradientLimit = limit
      var list = ParameterList()
      let cell = NeuralTuringMachine(
        NeuralTuringMachine.Configuration(
          controller: ControllerConfiguration(units: 5), slots: 7, width: 3,
          conventions: conventions), inputs: 3, outputs: 2, in: &list)
      return try self.result(cell, list)
    }
    let (free, limited) = (try result(limit: 0), try result(limit: 1e-6))
    #expect(free.loss == limited.loss)
    #expect(free.gradient != limited.gradient)
    let untouched = try result(limit: Conventions.tapehead.similarity.gradientLimit)
    #expect(free.gradient == untouched.gradient)
  }

  @Test(arguments: [false, true]) func ofTheDNC(_ masksLookup: Bool) throws {
    func result(limit: Float) throws -> (loss: Double, gradient: [[Float]]) {
      var conventions = DNCConventions.graves2016
      conventions.masksLookup = masksLookup
      conventions.similarity.gradientLimit = limit
      var list = ParameterList()
      let cell = DifferentiableNeuralComputer(
        DifferentiableNeuralComputer.Configuration(
          controller: ControllerConfiguration(units: 5), slots: 7, width: 3,
          conventions: conventions), inputs: 3, outputs: 2, in: &list)
      return try self.result(cell, list)
    }
    let (free, limited) = (try result(limit: 0), try result(limit: 1e-6))
    #expect(free.loss == limited.loss)
    #expect(free.gradient != limited.gradient)
  }
}
