import Foundation
import TapeheadKernels
import Testing

/// Gradients where one slot has all but about 1e-8 of the weight: what is left of them keeps its digits.
///
/// Everything is relative to slot 0, which has the weight: with d = dy − dy(0), the mean of d is a
/// sum of small numbers, and nothing cancels.
@Suite struct PeakedWeightingTests {
  static let lengths = awkwardLengths.filter { $0 > 1 }

  private func softmax(_ x: [Double]) -> [Double] {
    let powers = x.map { exp($0 - (x.max() ?? 0)) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  /// dy(i) − Σ y dy.
  private func errors(_ y: [Double], _ dy: [Double]) -> [Double] {
    let differences = dy.map { $0 - dy[0] }
    return differences.map { $0 - dot(y, differences) }
  }

  @Test(arguments: lengths) func contentWeightingGradient(n: Int) {
    let strength = 40.0
    func weighting(_ similarity: [Double]) -> [Double] { softmax(similarity.map { $0 * strength }) }
    KernelCheck(kernel: \.content_weighting_gradient, sizes: [n, 1], accumulates: false).expect(
      inputs: { random in
        let similarity = rounded([[1] + random.list(n - 1, 0.2, 0.6)])[0]
        return [similarity, [strength], weighting(similarity), random.list(n, 0.5, 2)]
      }
    ) { x in
      let y = weighting(x[0])
      let dz = zip(y, errors(y, x[3])).map { $0 * $1 }
      return [dz.map { $0 * strength }, [dot(dz, x[0].map { $0 - x[0][0] })]]
    }
  }

  @Test(arguments: lengths) func sharpenGradient(n: Int) {
    let gamma = 50.0
    KernelCheck(
      kernel: \.sharpen_gradient, sizes: [n], constants: [0], bound: 2e-5, accumulates: false
    ).expect(inputs: { random in
      let w = rounded([[1] + random.list(n - 1, 0.4, 0.7)])[0]
      return [[gamma]] + Sharpening(w, gamma, 0).outputs + [random.list(n, 0.5, 2)]
    }) { x in
      // The largest weight is 1, so the logarithms are those of the weights.
      let y = softmax(x[2].map { gamma * $0 }), errors = errors(y, x[4])
      let dw = y.indices.map { gamma * y[$0] / exp(x[2][$0]) * errors[$0] }
      return [dw, [y.indices.reduce(0) { $0 + y[$1] * x[2][$1] * errors[$1] }]]
    }
  }
}
