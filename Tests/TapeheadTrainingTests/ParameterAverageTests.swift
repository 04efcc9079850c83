import TapeheadEngine
import TapeheadTraining
import Testing

@Suite("The mean of the parameters over the latest updates")
struct ParameterAverageTests {
  private func numbers(_ store: ParameterStore) -> [Float] {
    store.list.all.flatMap { store[$0] }
  }

  /// In double precision, a running mean with weights 1 / max(1, s k) for the k-th it takes in.
  @Test("is the weighted mean of every tenth update's")
  func mean() throws {
    let trainer = try Trainer.small(averagedShare: 0.4)
    var expected = numbers(trainer.parameters).map(Double.init)
    for update in 1...80 {
      try trainer.step()
      guard update.isMultiple(of: 10) else { continue }
      let weight = 1 / max(1, Double(Float(0.4)) * Double(update / 10))
      for (index, number) in numbers(trainer.parameters).enumerated() {
        expected[index] += weight * (Double(number) - expected[index])
      }
    }
    for (found, expected) in zip(numbers(trainer.model), expected) {
      #expect(abs(Double(found) - expected) <= 1e-6 * max(1, abs(expected)))
    }
    #expect(numbers(trainer.model) != numbers(trainer.parameters))
  }

  @Test("changes nothing of the training, and without a share the model is the latest parameters")
  func training() throws {
    let (with, without) = (
      try Trainer.small(averagedShare: 0.4), try Trainer.small(averagedShare: 0)
    )
    for _ in 0..<25 {
      try with.step()
      try without.step()
    }
    #expect(numbers(with.parameters) == numbers(without.parameters))
    #expect(without.model === without.parameters)
  }

  @Test("is kept in the checkpoint, goes on from it with the same bits, and is what is evaluated")
  func checkpoint() throws {
    let (whole, resumed) = (
      try Trainer.small(averagedShare: 0.4), try Trainer.small(averagedShare: 0.4)
    )
    for _ in 0..<35 { try whole.step() }
    try resumed.restore(from: whole.checkpoint(), named: "checkpoint")
    for _ in 0..<35 {
      try whole.step()
      try resumed.step()
    }
    #expect(numbers(whole.model) == numbers(resumed.model))
    let evaluated = try Trainer.parameters(
      of: whole.program.parameters, in: whole.checkpoint(), named: "checkpoint")
    #expect(numbers(evaluated) == numbers(whole.model))
  }
}
