import TapeheadEngine
import TapeheadTraining
import Testing

@Suite("Training that diverges")
struct DivergenceTests {
  /// Weights of millions: costs that are finite, and will be for ever.
  @Test(
    "stops at a cost beyond all measure, and names the first great number",
    arguments: [1e4, 1e6, 1e8] as [Float])
  func greatCost(rate: Float) throws {
    let trainer = try Trainer.small(learningRate: rate)
    var parameters: [[Float]] = []
    let error = #expect(throws: DivergedTraining.self) {
      for _ in 0..<600 {
        parameters = trainer.parameters.list.all.map { trainer.parameters[$0] }
        try trainer.step()
      }
    }
    #expect(error?.update == 501)
    #expect(error?.sequences == 500)
    #expect(error?.value?.number.isFinite == true)
    #expect(abs(error?.value?.number ?? 0) > 1e6)
    #expect(parameters == trainer.parameters.list.all.map { trainer.parameters[$0] })
  }

  @Test("leaves all as it was before the step, which then diverges again")
  func staysBeforeTheStep() throws {
    let trainer = try Trainer.small(learningRate: 1e6, rolledMemory: RolledMemory(rolls: true))
    var before = trainer.checkpoint()
    let first = #expect(throws: DivergedTraining.self) {
      for _ in 0..<600 {
        before = trainer.checkpoint()
        try trainer.step()
      }
    }
    #expect(trainer.checkpoint() == before)
    let second = #expect(throws: DivergedTraining.self) { try trainer.step() }
    #expect(first == second)
  }
}
