import TapeheadEngine
import TapeheadTasks
import TapeheadTraining
import Testing

@Suite("Evaluation")
struct EvaluationTests {
  private func evaluate(
    givingUpAtWrongBits limit: Double = .infinity
  ) throws -> CaseResult {
    let trainer = try Trainer.small()
    let evaluation = Evaluation(
      trainer.program, parameters: trainer.model, threads: 1, instructionSet: .fastest, seed: 1)
    let fresh = EvaluationCase(label: "as trained", parameters: [], task: Copy.small)
    return evaluation.run(fresh, sequences: 300, givingUpAtWrongBits: limit)
  }

  /// An untrained model has some six wrong bits a sequence.
  @Test("runs no more sequences once too many bits are wrong, and says how many it ran")
  func givesUp() throws {
    let (whole, part) = (try evaluate(), try evaluate(givingUpAtWrongBits: 10))
    #expect(whole.sequences == 300)
    #expect(part.sequences < 100)
    #expect(part.wrongBits.value * Double(part.sequences) >= 10)
    // Where none may be wrong, a first batch is run all the same.
    #expect((1..<100).contains(try evaluate(givingUpAtWrongBits: 0).sequences))
    // One more than all are wrong changes nothing.
    let all = whole.wrongBits.value * 300
    #expect(try evaluate(givingUpAtWrongBits: all + 1).wrongBits.value == whole.wrongBits.value)
  }
}
