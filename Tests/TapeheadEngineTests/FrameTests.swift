import TapeheadEngine
import TestSupport
import Testing

/// What the way back leaves stands in a frame where what it was made from stood.
@Suite struct FrameTests {
  /// Two recurrent layers; the way back through the upper one is a stage before that through the lower.
  private func plan() throws -> Plan {
    var list = ParameterList()
    let (lower, upper, output) = (
      list.matrix("lower", 7, 16), list.matrix("upper", 12, 20), list.matrix("out", 9, 1)
    )
    let bias = list.declare("bias", shape: [20], initialisation: .constant(0.1))
    let cell = ClosureCell(inputs: 3, outputs: 1) { trace in
      [4, 4, 5, 5].map { trace.constant(0, shape: [$0]) }
    } step: { states, input in
      let sums = concatenate([input, states[1]]).linear(weight: lower)
      let below = sums.lstmGates(cells: states[0])
      let above = concatenate([input, below.hidden])
        .linear(with: states[3], weight: upper, bias: bias).lstmGates(cells: states[2])
      return (
        [below.cells, below.hidden, above.cells, above.hidden],
        concatenate([below.hidden, above.hidden]).linear(weight: output)
      )
    }
    let program = try Program(cell, parameters: list, objective: .output)
    return TrainingExecutor(program, ParameterStore(program.parameters)).plan
  }

  private func instructions(_ operation: String, _ plan: Plan) -> [Int] {
    plan.stepBack.indices.filter {
      plan.stepBack[$0].node.map { plan.program.nodes[$0].operation.name == operation } ?? false
    }
  }

  @Test func gradientOfGatesStandsWhereTheGatesStood() throws {
    let plan = try plan()
    try plan.check()
    let gradients = instructions("LSTM gates gradient", plan)
    #expect(gradients.count == 2)
    for index in gradients {
      let (reads, writes) = (plan.stepBack[index].reads, plan.stepBack[index].writes)
      #expect(plan.places[reads[0]] == writes[0].place)
      // The cells, which a later step has read and this one still needs, stay.
      #expect(writes.allSatisfy { $0.place != plan.places[reads[1]] })
    }
  }

  /// A stage of the way back has run for all steps when the next one begins, also for the step before.
  @Test func whatAnEarlierStageOverwroteInTheStepBeforeIsNamed() throws {
    var plan = try plan()
    let gradients = instructions("LSTM gates gradient", plan)
    let cells = plan.program.states[0]
    let place = try #require(plan.places[cells.final])
    let writer = plan.stepBack[gradients[0]].writes[0].value
    plan.stepBack[gradients[0]].writes.append((writer, place, cells.shape.count))
    let message = #expect(throws: IllegalPlan.self) { try plan.check() }
    #expect(
      message?.description
        == "back: /LSTM gates gradient reads state state 0, "
        + "but back: /LSTM gates gradient.0 stands in its place")
  }
}
