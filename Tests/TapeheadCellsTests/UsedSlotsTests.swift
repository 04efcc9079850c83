import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// A memory that uses only its first slots.
@Suite struct UsedSlotsTests {
  private static let (slots, used, width) = (7, 4, 3)

  private struct Machine {
    let program: Program
    let parameters: ParameterStore

    init(slots: Int, used: Int?, _ conventions: Conventions) throws {
      var list = ParameterList()
      let cell = NeuralTuringMachine(
        NeuralTuringMachine.Configuration(
          controller: ControllerConfiguration(units: 5), slots: slots, width: UsedSlotsTests.width,
          conventions: conventions), inputs: 3, outputs: 2, usingSlots: used, in: &list)
      self.program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
      var random = SeededGenerator(seed: 4)
      self.parameters = ParameterStore(list, using: &random)
    }

    func lossAndGradient() -> (loss: Double, gradient: ParameterStore) {
      let gradient = ParameterStore(program.parameters)
      let executor = TrainingExecutor(
        program, parameters: parameters,
        settings: ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest),
        longestSequence: 6)
      return (executor.lossAndGradient(NeuralTuringMachineTests.batch, into: gradient), gradient)
    }
  }

  /// The numbers of a parameter that belong to the first slots; slots are its last dimension.
  private static func first(_ numbers: [Float], of slots: Int) -> [Float] {
    stride(from: 0, to: numbers.count, by: slots).flatMap { numbers[$0..<($0 + used)] }
  }

  /// It must do what a machine with so many slots does that starts from the same numbers, and leave
  /// alone what belongs to the others.
  @Test(arguments: [Conventions.tapehead, .graves2014, .pytorchNTM, .collierBeel2018])
  func areAllThatTheMachineHas(_ conventions: Conventions) throws {
    let part = try Machine(slots: Self.slots, used: Self.used, conventions)
    let small = try Machine(slots: Self.used, used: nil, conventions)
    for parameter in small.program.parameters.all {
      let whole = try #require(part.program.parameters.named(parameter.name))
      let numbers = part.parameters[whole]
      small.parameters[parameter] =
        whole.shape == parameter.shape ? numbers : Self.first(numbers, of: Self.slots)
    }
    let (found, expected) = (part.lossAndGradient(), small.lossAndGradient())
    #expect(found.loss == expected.loss)
    for parameter in small.program.parameters.all {
      let whole = try #require(part.program.parameters.named(parameter.name))
      let numbers = found.gradient[whole]
      guard whole.shape != parameter.shape else {
        #expect(numbers == expected.gradient[parameter], "\(parameter.name)")
        continue
      }
      #expect(
        Self.first(numbers, of: Self.slots) == expected.gradient[parameter], "\(parameter.name)")
      let others = numbers.indices.filter { $0 % Self.slots >= Self.used }
      #expect(others.allSatisfy { numbers[$0] == 0 }, "\(parameter.name)")
    }
  }

  @Test func declareTheSameParameters() throws {
    let part = try Machine(slots: Self.slots, used: Self.used, .collierBeel2018)
    let whole = try Machine(slots: Self.slots, used: nil, .collierBeel2018)
    let (found, expected) = (part.program.parameters.all, whole.program.parameters.all)
    #expect(found.map(\.name) == expected.map(\.name))
    #expect(found.map(\.shape) == expected.map(\.shape))
    #expect(found.map(\.offset) == expected.map(\.offset))
  }
}
