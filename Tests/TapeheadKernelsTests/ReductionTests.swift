import Foundation
import TapeheadKernels
import Testing

/// Groups of each size of group and number of groups.
let groups = awkwardLengths.flatMap { n in [1, 3].map { (n: n, m: $0) } }

func softmax(_ x: [Double]) -> [Double] {
  let largest = x.max() ?? 0
  let e = x.map { exp($0 - largest) }
  let sum = e.reduce(0, +)
  return e.map { $0 / sum }
}

func eachGroup(_ x: [Double], of n: Int, _ body: ([Double]) -> [Double]) -> [Double] {
  stride(from: 0, to: x.count, by: n).flatMap { body(Array(x[$0..<$0 + n])) }
}

@Suite struct ReductionTests {
  @Test(arguments: awkwardLengths) func total(_ n: Int) {
    KernelCheck(kernel: \.total, sizes: [n]).expect(inputs: { [$0.list(n)] }) {
      [[$0[0].reduce(0, +)]]
    }
  }

  @Test(arguments: awkwardLengths + [150]) func sumColumns(_ n: Int) {
    for m in [1, 4, 20] {
      KernelCheck(kernel: \.sum_columns, sizes: [n, m]).expect(inputs: { [$0.list(n * m)] }) { x in
        [(0..<n).map { i in (0..<m).reduce(0) { $0 + x[0][$1 * n + i] } }]
      }
    }
  }

  @Test(arguments: awkwardLengths) func dotProduct(_ n: Int) {
    KernelCheck(kernel: \.dot, sizes: [n]).expect(inputs: { [$0.list(n), $0.list(n)] }) {
      [[dot($0[0], $0[1])]]
    }
  }

  @Test(arguments: groups) func softmaxOfGroups(n: Int, m: Int) {
    var check = KernelCheck(kernel: \.softmax, sizes: [n, m], bound: 1e-6)
    check.accumulates = false
    check.expect(inputs: { [$0.list(n * m, -4, 4)] }) { [eachGroup($0[0], of: n, softmax)] }
    check.expect(inputs: { [$0.list(n * m, 900, 1000)] }) { [eachGroup($0[0], of: n, softmax)] }
  }

  @Test(arguments: groups) func softmaxGradient(n: Int, m: Int) {
    KernelCheck(kernel: \.softmax_gradient, sizes: [n, m]).expectGradient(
      inputs: { [$0.list(n * m, -2, 2)] }, along: [0],
      of: { [eachGroup($0[0], of: n, softmax)] }, operands: { _, y, g in [y[0], g[0]] })
  }

  /// From logits, target and weight to the loss.
  private func binaryLoss(_ x: Operands) -> Operands {
    var sum = 0.0
    for (logit, target) in zip(x[0], x[1]) {
      sum += max(logit, 0) - logit * target + log1p(exp(-abs(logit)))
    }
    return [[x[2][0] * sum]]
  }

  @Test(arguments: awkwardLengths) func binaryCrossEntropy(_ n: Int) {
    let check = KernelCheck(kernel: \.binary_cross_entropy, sizes: [n], bound: 1e-6)
    check.expect(inputs: { [$0.list(n, -9, 9), $0.list(n, 0, 1), $0.list(1)] }, binaryLoss)
    check.expect(inputs: { [$0.list(n, 80, 99), $0.list(n, 0, 1), $0.list(1)] }, binaryLoss)
    check.expect(inputs: { [$0.list(n, -1e38, 1e38), $0.list(n, 0, 1), [0]] }) { _ in [[0]] }
  }

  /// A certain, right answer costs e^−|x|, which must not drown in x.
  @Test func aSmallBinaryLossKeepsItsDigits() {
    var check = KernelCheck(kernel: \.binary_cross_entropy, sizes: [2], bound: 1e-6)
    check.accumulates = false
    check.expect(inputs: { _ in [[12, -12], [1, 0], [1]] }) { _ in [[2 * log1p(exp(-12))]] }
  }

  @Test(arguments: awkwardLengths) func binaryCrossEntropyGradient(_ n: Int) {
    let check = KernelCheck(kernel: \.binary_cross_entropy_gradient, sizes: [n])
    // Differences would step over the kink of |x| only if a logit were within 2e-4 of 0.
    check.expectGradient(
      inputs: { [$0.list(n, 0.01, 5), $0.list(n, 0, 1), $0.list(1)] }, along: [0],
      of: binaryLoss, operands: { x, _, g in x + g })
    check.expect(inputs: { [$0.list(n, -1e38, 1e38), $0.list(n, 0, 1), [0], [1]] }) { _ in
      [[Double](repeating: 0, count: n)]
    }
  }

  /// From logits, target and weight to the loss.
  private func softmaxLoss(_ x: Operands, _ n: Int) -> Operands {
    let logarithms = eachGroup(x[0], of: n) { group in
      let largest = group.max() ?? 0
      let sum = log(group.reduce(0) { $0 + exp($1 - largest) })
      return group.map { $0 - largest - sum }
    }
    return [[-x[2][0] * dot(x[1], logarithms)]]
  }

  /// Targets in [0, 1), the first group's all zero.
  private func targets(_ random: inout SplitMix, _ n: Int, _ m: Int) -> [Double] {
    let all = random.list(n * m, 0, 1)
    return m == 1 ? all : [Double](repeating: 0, count: n) + all[n...]
  }

  @Test(arguments: groups) func softmaxCrossEntropy(n: Int, m: Int) {
    let check = KernelCheck(kernel: \.softmax_cross_entropy, sizes: [n, m], bound: 2e-6)
    for reach in [3.0, 90] {
      check.expect(inputs: { [$0.list(n * m, -reach, reach), targets(&$0, n, m), $0.list(1)] }) {
        softmaxLoss($0, n)
      }
    }
    check.expect(inputs: { [$0.list(n * m), targets(&$0, n, m), [0]] }) { _ in [[0]] }
  }

  @Test(arguments: groups) func softmaxCrossEntropyGradient(n: Int, m: Int) {
    let check = KernelCheck(kernel: \.softmax_cross_entropy_gradient, sizes: [n, m])
    check.expectGradient(
      inputs: { [$0.list(n * m, -2, 2), targets(&$0, n, m), $0.list(1, 0.5, 1)] }, along: [0],
      of: { softmaxLoss($0, n) }, operands: { x, _, g in x + g })
  }
}
