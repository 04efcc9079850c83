import TapeheadEngine
import TestSupport
import Testing

/// Which operations run for all steps at once, and that it shows in no bit.
@Suite struct StagesTests {
  /// Two recurrent layers and an output, the upper layer with its input joined or as a two-part product.
  private func program(joined: Bool) throws -> Program {
    var list = ParameterList()
    let (lower, upper, output) = (
      list.matrix("lower", 7, 4), list.matrix("upper", 12, 5), list.matrix("out", 9, 1)
    )
    let bias = list.declare("bias", shape: [5], initialisation: .constant(0.1))
    let cell = ClosureCell(inputs: 3, outputs: 1) { trace in
      [trace.constant(0, shape: [4]), trace.constant(0, shape: [5])]
    } step: { states, input in
      let below = concatenate([input, states[0]]).linear(weight: lower).tanh()
      let above =
        joined
        ? concatenate([input, below, states[1]]).linear(weight: upper, bias: bias)
        : concatenate([input, below]).linear(with: states[1], weight: upper, bias: bias)
      let next = above.tanh()
      return ([below, next], concatenate([below, next]).linear(weight: output))
    }
    return try Program(cell, parameters: list, objective: .output)
  }

  /// By stage of a section that holds operations: whether it takes all steps, and its products.
  private func products(_ section: Trace.Section, _ plan: Plan) -> [String] {
    plan.stages[section.rawValue].filter { !$0.instructions.isEmpty }.map { stage in
      let names = plan.instructions(section)[stage.instructions].compactMap { instruction in
        instruction.node.map { plan.program.nodes[$0] }.flatMap { node in
          node.operation.name.hasPrefix("linear") ? plan.program.describe(node.inputs[1]) : nil
        }
      }
      return (stage.takesAllSteps ? "all: " : "each: ") + names.joined(separator: " ")
    }
  }

  @Test func productsWithoutThePastTakeAllSteps() throws {
    let program = try program(joined: false)
    let plan = TrainingExecutor(program, ParameterStore(program.parameters)).plan
    #expect(
      products(.step, plan) == [
        "each: lower", "all: upper", "each: upper", "all: out", "each: ",
      ])
    #expect(
      products(.stepBack, plan) == [
        "each: ", "all: out", "each: upper", "all: upper", "each: lower",
      ])
  }

  @Test(arguments: [1, 2, 4, 5])
  func twoPartsHaveTheBitsOfTheJoined(microBatch: Int) throws {
    let (parts, joined) = (try program(joined: false), try program(joined: true))
    let store = ParameterStore.random(parts.parameters, in: -0.9...0.9)
    let batch = SequenceBatch.random(
      lengths: [3, 70, 1, 5, 66], inputSize: 3, targetSize: 1)
    let found = TrainingExecutor(parts, store, microBatch: microBatch).result(batch)
    let wanted = TrainingExecutor(joined, store, microBatch: microBatch).result(batch)
    #expect(found.loss == wanted.loss)
    // From four rows on, cotangents are summed in another order.
    let difference = largestDifference(found.gradient, wanted.gradient)
    #expect(difference <= (microBatch < 4 ? 0 : 2e-6))
  }

  @Test func valueOfAnotherStageWithoutAPlaceInEveryStepIsNamed() throws {
    let program = try program(joined: false)
    var plan = TrainingExecutor(program, ParameterStore(program.parameters)).plan
    try plan.check()
    let stage = try #require(plan.stages[Trace.Section.step.rawValue].first { $0.takesAllSteps })
    plan.step[stage.instructions.lowerBound].writes[0].place.region = .once
    let message = #expect(throws: IllegalPlan.self) { try plan.check() }
    #expect(
      message?.description
        == "linear stands in once, though stages run for all steps")
  }
}
