import TapeheadEngine
import TestSupport
import Testing

/// What comes back into a similarity, cut off (`SimilarityConventions.gradientLimit`).
@Suite struct SimilarityLimitTests {
  /// The gradients of Σ slope × similarity of one key and five slots, for the memory and the key.
  private func gradient(_ slopes: [Float], limit: Float, masked: Bool) throws -> [[Float]] {
    var list = ParameterList()
    let memory = list.declare("memory", shape: [3, 5], initialisation: .constant(0))
    let key = list.declare("key", shape: [1, 3], initialisation: .constant(0))
    let conventions = SimilarityConventions(insideRoot: 1e-12, gradientLimit: limit)
    let cell = ClosureCell.stateless(inputs: 1, outputs: 1) { input in
      let trace = input.trace
      let (memory, key) = (trace.parameter(memory), trace.parameter(key))
      let similarity =
        masked
        ? memory.maskedSimilarity(
          to: key, under: trace.constant(1, shape: [1, 3]), conventions)
        : memory.cosineSimilarity(to: key, conventions)
      return similarity.reshaped(to: [5]).dot(trace.constant(slopes, shape: [5]))
    }
    let program = try Program(cell, parameters: list, objective: .output)
    let batch = SequenceBatch.random(lengths: [1], inputSize: 1, targetSize: 1)
    let (_, gradient) = TrainingExecutor(program, .random(list)).result(batch)
    return [gradient[0], gradient[1]]
  }

  @Test(arguments: [false, true])
  func isTheGradientOfWhatIsCutOff(_ masked: Bool) throws {
    let slopes: [Float] = [0.5, -20, 3, 7, -2]
    let limited = try gradient(slopes, limit: 2, masked: masked)
    #expect(limited == (try gradient([0.5, -2, 2, 2, -2], limit: 0, masked: masked)))
    #expect(limited != (try gradient(slopes, limit: 0, masked: masked)))
  }

  @Test(arguments: [false, true])
  func changesNoBitBelowTheLimit(_ masked: Bool) throws {
    let slopes: [Float] = [0.5, -20, 3, 7, -2]
    #expect(
      try gradient(slopes, limit: 20, masked: masked)
        == gradient(slopes, limit: 0, masked: masked))
  }
}
