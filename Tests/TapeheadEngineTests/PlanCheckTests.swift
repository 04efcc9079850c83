import TapeheadEngine
import TestSupport
import Testing

/// A plan that was legal and is made illegal in one place is caught, and the message names the place.
@Suite struct PlanCheckTests {
  private func plan(_ purpose: Plan.Purpose) throws -> Plan {
    let (program, store) = try SampleCell.sample()
    let settings = ExecutionSettings(microBatch: 2, threads: 1, instructionSet: .fastest)
    let plan =
      purpose == .training
      ? TrainingExecutor(program, store).plan
      : InferenceExecutor(program, parameters: store, settings: settings).plan
    try plan.check()
    return plan
  }

  private func failure(_ plan: Plan) -> String? {
    do {
      try plan.check()
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Where an operation stands in a section.
  private func position(_ operation: String, in section: [Plan.Instruction], _ plan: Plan) throws
    -> Int
  {
    try #require(
      section.firstIndex {
        $0.node.map { plan.program.nodes[$0].operation.name == operation } ?? false
      })
  }

  /// Lets an instruction write a second time, into the place of a value.
  private func overwrite(_ value: Int, by instruction: inout Plan.Instruction, _ plan: Plan) throws
  {
    let place = try #require(plan.places[value])
    let count = plan.program.values[value].shape.count
    instruction.writes.append((instruction.writes[0].value, place, count))
  }

  @Test func placeThatIsReusedTooEarlyIsNamed() throws {
    var plan = try plan(.training)
    let writer = try position("interpolate", in: plan.step, plan)
    let read = try position("erase and add", in: plan.step, plan)
    #expect(writer < read)
    // The mixture of weightings covers the erase vector, which is still to be read.
    try overwrite(plan.step[read].reads[2], by: &plan.step[writer], plan)
    #expect(
      failure(plan)
        == "writing/erase and add reads writing/activate[10..<13], "
        + "but writing/interpolate stands in its place")
  }

  @Test func rowThatWorksInAnotherRowsScratchIsNamed() throws {
    var plan = try plan(.training)
    let position = try #require(
      plan.stepBack.firstIndex { $0.writes[0].place.region == .scratch })
    plan.stepBack[position].writes[0].place.rowStride -= 16
    let message = failure(plan)
    #expect(message?.hasSuffix("of one row stands in another row's scratch") == true)
  }

  @Test func readingBeforeWritingIsNamed() throws {
    var plan = try plan(.inference)
    let position = try position("interpolate", in: plan.step, plan)
    plan.step.swapAt(position, position + 1)
    #expect(
      failure(plan)
        == "writing/erase and add reads writing/interpolate, but writing/linear stands in its place"
    )
  }

  @Test func stateThatIsNotHandedOnIsNamed() throws {
    var plan = try plan(.inference)
    // The memory after it is read by nobody within the step.
    plan.step.remove(at: try position("erase and add", in: plan.step, plan))
    #expect(failure(plan)?.hasPrefix("the next step reads ") == true)
  }

  @Test func missingFirstStateIsNamed() throws {
    var plan = try plan(.training)
    plan.initial.removeFirst()
    #expect(failure(plan)?.hasSuffix("but nothing yet stands in its place") == true)
  }

  @Test func cotangentThatIsOverwrittenIsNamed() throws {
    var plan = try plan(.training)
    let writer = try position("interpolate gradient", in: plan.stepBack, plan)
    let reader = try position("activate gradient", in: plan.stepBack, plan)
    #expect(writer < reader)
    // A cotangent lands where the activations, kept for the way back, stand.
    try overwrite(plan.stepBack[reader].reads[1], by: &plan.stepBack[writer], plan)
    #expect(
      failure(plan)
        == "back: writing/activate gradient reads writing/activate, "
        + "but back: writing/interpolate gradient.0 stands in its place")
  }

  @Test func weightGradientWithoutItsFactorIsNamed() throws {
    var plan = try plan(.training)
    let cotangents = plan.program.postponed.compactMap { _, work, _ -> Int? in
      if case .product(_, let dy, _) = work { dy } else { nil }
    }
    let kept = try #require(cotangents.first)
    let last = plan.stepBack.indices.last { !plan.stepBack[$0].writes.isEmpty }
    try overwrite(kept, by: &plan.stepBack[try #require(last)], plan)
    let found = failure(plan)
    #expect(found?.hasPrefix("a weight's gradient reads ") == true, "\(found ?? "legal")")
  }
}
