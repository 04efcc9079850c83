import TapeheadEngine
import TestSupport
import Testing

/// What comes back into a sharpened weighting, cut off.
@Suite struct GradientLimitTests {
  /// The gradients of Σ slope × weight for a weighting of five slots and γ.
  private func gradient(_ slopes: [Float], limit: Float) throws -> [[Float]] {
    var list = ParameterList()
    let w = list.declare("w", shape: [5], initialisation: .values([0.1, 0.3, 0.2, 0.3, 0.1]))
    let g = list.declare("γ", shape: [1], initialisation: .constant(2))
    let cell = ClosureCell.stateless(inputs: 1, outputs: 1) { input in
      let trace = input.trace
      return trace.parameter(w).sharpened(by: trace.parameter(g), gradientLimit: limit)
        .dot(trace.constant(slopes, shape: [5]))
    }
    let program = try Program(cell, parameters: list, objective: .output)
    var random = SeededGenerator(seed: 1)
    let batch = SequenceBatch.random(lengths: [1], inputSize: 1, targetSize: 1)
    return TrainingExecutor(program, ParameterStore(list, using: &random)).result(batch).gradient
  }

  @Test func isTheGradientOfWhatIsCutOff() throws {
    let slopes: [Float] = [0.5, -20, 3, 7, -2]
    let limited = try gradient(slopes, limit: 2)
    let free = try gradient(slopes, limit: 0)
    let cutOff = try gradient([0.5, -2, 2, 2, -2], limit: 0)
    #expect(limited == cutOff)
    #expect(limited != free)
  }

  @Test func changesNoBitBelowTheLimit() throws {
    let slopes: [Float] = [0.5, -20, 3, 7, -2]
    let (limited, free) = (try gradient(slopes, limit: 20), try gradient(slopes, limit: 0))
    #expect(limited == free)
  }
}
