import TapeheadEngine
import TapeheadTraining
import Testing

@Suite("Training that diverges")
struct DivergenceTests {
  /// Weights of millions: costs that are finite, and will be for ever.
  @Test("stops at a cost beyond all measure, and names the first great number")
  func greatCost() throws {
    let trainer = try Trainer.small(learningRate: 1e8)
    try trainer.step()
    let parameters = trainer.parameters.list.all.map { trainer.parameters[$0] }
    let error = #expect(throws: DivergedTraining.self) {
      for _ in 0..<20 { try trainer.step() }
    }
    #expect(error?.update == 2)
    #expect(error?.sequences == 1)
    #expect(error?.value?.number.isFinite == true)
    #expect(abs(error?.value?.number ?? 0) > 1e6)
    #expect(parameters == trainer.parameters.list.all.map { trainer.parameters[$0] })
  }
}
