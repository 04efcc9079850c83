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
}
