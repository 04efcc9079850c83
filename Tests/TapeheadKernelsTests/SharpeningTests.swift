import Foundation
import TapeheadKernels
import Testing

/// Sharpening and its gradient in Double, with all logarithms relative to the largest weight.
struct Sharpening {
  let y: [Double]
  /// log(w / W) and log W, W the largest weight; 0 where w is 0.
  let ratios: [Double]
  let largest: Double
  /// What the kernel makes: y, log(w / W), −1000 where w is 0, and its facts; where all weights are 0, zeros.
  let outputs: Operands
  /// wⱼ^(γ−1) / Z.
  let slopes: [Double]
  /// ε / Z.
  let missing: Double

  init(_ w: [Double], _ gamma: Double, _ epsilon: Double) {
    let top = log(w.max() ?? 0)
    let logarithms = w.map { $0 == 0 ? 0 : log($0) - top }
    // log (Z / W^γ), of which ε is all where it is beyond Double.
    let excess = epsilon > 0 ? log(epsilon) - gamma * top : -.infinity
    let powers = w.indices.map { w[$0] == 0 ? 0 : exp(gamma * logarithms[$0]) }
    let whole = excess > 700 ? excess : log(powers.reduce(0, +) + exp(excess))
    y = w.indices.map { w[$0] == 0 ? 0 : exp(gamma * logarithms[$0] - whole) }
    missing = exp(excess - whole)
    slopes = w.indices.map { j in
      guard w[j] > 0 || gamma == 1 else { return 0 }
      return exp((gamma - 1) * logarithms[j] - top - whole)
    }
    ratios = logarithms
    largest = top
    let facts = [w.max() ?? 0, top, missing, y.max() ?? 0]
    let isEmpty = facts[0] == 0
    outputs = [
      y, w.map { isEmpty ? 0 : max(-1000, log($0) - top) }, isEmpty ? facts.map { _ in 0 } : facts,
    ]
  }

  func gradient(_ gamma: Double, _ dy: [Double]) -> Operands {
    // dyⱼ − Σ y dy = Σᵢ yᵢ (dyⱼ − dyᵢ) + dyⱼ (1 − Σ y), where nothing cancels.
    let errors = dy.map { d in zip(y, dy).reduce(d * missing) { $0 + $1.0 * (d - $1.1) } }
    let terms = y.indices.map { y[$0] * ratios[$0] * errors[$0] }
    let dgamma = terms.reduce(0, +) + largest * dot(y, dy) * missing
    return [zip(slopes, errors).map { gamma * $0 * $1 }, [dgamma]]
  }
}

@Suite struct SharpeningTests {
  static let epsilons: [Float] = [0, 1e-16, 0.01]

  @Test(arguments: awkwardLengths, epsilons) func sharpen(_ n: Int, _ epsilon: Float) {
    let check = KernelCheck(
      kernel: \.sharpen, sizes: [n], constants: [epsilon], accumulates: false)
    for (low, high) in [(1.0, 1.0), (1, 3), (3, 100)] {
      check.expect(inputs: { [$0.list(n, 0, 1), $0.list(1, low, high)] }) {
        Sharpening($0[0], $0[1][0], Double(epsilon)).outputs
      }
    }
  }

  @Test(arguments: awkwardLengths, epsilons) func sharpenGradient(_ n: Int, _ epsilon: Float) {
    let check = KernelCheck(
      kernel: \.sharpen_gradient, sizes: [n], constants: [epsilon], bound: 2e-5, least: 1e-3)
    for (low, high) in [(1.01, 3.0), (3, 12)] {
      check.expectGradient(
        inputs: { [$0.list(n, 0.1, 1), $0.list(1, low, high)] }, along: [0, 1],
        of: { [Sharpening($0[0], $0[1][0], Double(epsilon)).y] },
        operands: { x, _, g in
          [x[1]] + Sharpening(x[0], x[1][0], Double(epsilon)).outputs + [g[0]]
        })
    }
  }

  /// Flat and peaked weightings with weights of 0, 1e-30, 1e-20 and 1.
  static let extremes: [[Double]] = [
    [1, 0, 0, 1e-30], [1e-30, 1e-30, 0, 1e-30], [1e-30, 1e-20, 0, 0], [0, 0, 0, 1],
    [0.5, 0.5, 0, 0], [1, 1], [Double](repeating: 1.0 / 128, count: 128),
    [1e-30] + [Double](repeating: 0.01, count: 99),
  ]
  static let gammas = [1, 1 + 0x1p-20, 1.5, 2, 5, 20, 50, 100]

  /// Outputs to 2e-5 of the largest, and gradients too, wherever the Double value is a float.
  @Test(arguments: extremes, gammas) func sharpenAtTheExtremes(_ w: [Double], _ gamma: Double) {
    for epsilon: Float in [0, 1e-16] {
      func reference(_ x: Operands) -> Sharpening { .init(x[0], gamma, Double(epsilon)) }
      let sizes = [w.count]
      KernelCheck(kernel: \.sharpen, sizes: sizes, constants: [epsilon], accumulates: false)
        .expect(inputs: { _ in [w, [gamma]] }) { reference($0).outputs }
      KernelCheck(
        kernel: \.sharpen_gradient, sizes: sizes, constants: [epsilon], bound: 2e-5,
        accumulates: false
      ).expect(inputs: { random in
        [[gamma]] + reference(rounded([w])).outputs + [random.list(w.count)]
      }) { reference(rounded([w])).gradient(gamma, $0[4]) }
    }
  }

  @Test func weightsThatAreAllZero() {
    let some = KernelCheck(kernel: \.sharpen, sizes: [4], constants: [1e-16], accumulates: false)
    let kept: Operands = [[0, 0, 0, 0], [0, 0, 0, 0]]
    some.expect(inputs: { _ in [[0, 0, 0, 0], [2]] }) { _ in [[0, 0, 0, 0]] + kept }
    let none = KernelCheck(kernel: \.sharpen, sizes: [4], constants: [0], accumulates: false)
    none.expect(inputs: { _ in [[0, 0, 0, 0], [2]] }) { _ in
      [[0.25, 0.25, 0.25, 0.25]] + kept
    }
    let gradient = KernelCheck(kernel: \.sharpen_gradient, sizes: [2], constants: [0.25])
    for (gamma, wanted) in [(1.0, [4.0, -8.0]), (2, [0, 0])] {
      gradient.expect(inputs: { _ in [[gamma], [0, 0], [0, 0], [0, 0, 0, 0], [1, -2]] }) { _ in
        [wanted, [0]]
      }
    }
  }

  /// The smallest float as the only weight: the true gradient is beyond floats, and stays finite.
  @Test func aGradientBeyondFloatsIsTheLargestFloat() {
    let tiny = Double(Float.leastNonzeroMagnitude)
    let inputs: Operands = [[1]] + Sharpening([tiny, 0], 1, 0).outputs + [[0, 1]]
    let call = KernelCall(inputs: [inputs], outputs: [2, 1], start: nil, aliases: [:])
    call.run(th_kernels(TH_ISA_PORTABLE).pointee.sharpen_gradient, [2], [0])
    let gradient = call.outputs()[0][0]
    #expect(gradient == [0, Float.greatestFiniteMagnitude])
  }
}
