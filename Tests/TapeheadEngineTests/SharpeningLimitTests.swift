import Foundation
import TapeheadEngine
import TestSupport
import Testing

/// Sharpening and its gradient where w^γ leaves the range of a float, beside the formula in Double.
@Suite struct SharpeningLimitTests {
  private static let weightings: [[Float]] = [
    [1, 0, 0, 0, 0], [0.5, 0.5, 1e-30, 0, 1e-8], [1e-30, 2e-30, 1e-30, 3e-30, 5e-31],
    [0.2, 0.2, 0.2, 0.2, 0.2], [0.9, 0.1, 1e-20, 1e-30, 0], [1e-30, 1, 1e-30, 1e-30, 1e-30],
  ]

  @Test(arguments: weightings, [Float(1), 1.5, 5, 20, 100])
  func isThatOfTheFormula(_ weighting: [Float], _ gamma: Float) throws {
    var list = ParameterList()
    let w = list.declare("w", shape: [5], initialisation: .values(weighting))
    let g = list.declare("γ", shape: [1], initialisation: .constant(gamma))
    let slopes: [Float] = [0.3, -0.7, 0.9, -0.2, 0.5]
    let cell = ClosureCell.stateless(inputs: 1, outputs: 1) { input in
      let sharp = input.trace.parameter(w).sharpened(by: input.trace.parameter(g)).tapped("sharp")
      return sharp.dot(input.trace.constant(slopes, shape: [5]))
    }
    let program = try Program(cell, parameters: list, objective: .output)
    var random = SeededGenerator(seed: 1)
    let store = ParameterStore(list, using: &random)
    let batch = SequenceBatch.random(lengths: [1], inputSize: 1, targetSize: 1)
    let (_, gradient) = TrainingExecutor(program, store).result(batch)
    let session = Session(program, parameters: store)
    _ = try session.step([0])
    let sharp = try session.tap("sharp")

    let formula = Formula(weighting.map { Double($0) }, Double(gamma), slopes.map { Double($0) })
    // γ log w is a float: its error grows with γ.
    let bound = max(1e-5, 2e-6 * Double(gamma))
    expectClose(sharp, formula.sharp, within: bound)
    expectClose(gradient[1], [formula.gammaSlope], within: bound)
    expectClose(gradient[0], formula.slopes, within: bound)
  }

  /// y = w^γ / Σ w^γ through logarithms, with dw and dγ.
  private struct Formula {
    let sharp: [Double]
    let slopes: [Double]
    let gammaSlope: Double

    init(_ weighting: [Double], _ gamma: Double, _ cotangent: [Double]) {
      let logs = weighting.map { $0 > 0 ? log($0) : -.infinity }
      let largest = logs.max() ?? 0
      let powers = logs.map { exp(gamma * ($0 - largest)) }
      let sum = powers.reduce(0, +)
      let sharp = powers.map { $0 / sum }
      // dyᵢ − Σ y dy as Σⱼ yⱼ (dyᵢ − dyⱼ), which loses nothing where one y is nearly 1.
      let errors = cotangent.map { own in
        zip(sharp, cotangent).reduce(0) { $0 + $1.0 * (own - $1.1) }
      }
      self.sharp = sharp
      self.slopes = weighting.indices.map { index in
        guard weighting[index] > 0 else {
          // At w = 0 the slope of w^γ is 1 / Σ for γ = 1 and 0 above.
          return gamma == 1 ? errors[index] / weighting.reduce(0, +) : 0
        }
        return gamma * sharp[index] / weighting[index] * errors[index]
      }
      self.gammaSlope = weighting.indices.reduce(0) { total, index in
        guard sharp[index] > 0 else { return total }
        return total + sharp[index] * (logs[index] - largest) * errors[index]
      }
    }
  }

  private func expectClose(_ found: [Float], _ wanted: [Double], within bound: Double) {
    let scale = wanted.reduce(1) { max($0, abs($1)) }
    for (found, wanted) in zip(found, wanted) {
      let error = abs(Double(found) - wanted) / scale
      #expect(error <= bound, "\(found) instead of \(wanted)")
    }
  }
}
