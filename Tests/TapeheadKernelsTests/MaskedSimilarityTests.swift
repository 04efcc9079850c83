import TapeheadKernels
import Testing

@Suite struct MaskedSimilarityTests {
  struct Size: Sendable {
    let m: Int
    let n: Int
    let heads: Int
  }
  static let sizes =
    awkwardLengths.flatMap { n in [Size(m: 3, n: n, heads: 1), Size(m: 4, n: n, heads: 2)] }
    + [Size(m: 17, n: 8, heads: 3), Size(m: 2, n: 150, heads: 1)]
  /// ε inside the root, floor, outer.
  static let constants: [[Float]] = [[0, 0, 0], [0.3, 0, 0], [0, 0, 0.2], [0.1, 0.05, 0.1]]

  /// s, ℓ and κ from M, keys and masks.
  private func similar(_ x: Operands, _ s: Size, _ constants: [Float]) -> Operands {
    func length(_ vector: [Double]) -> Double {
      max((dot(vector, vector) + Double(constants[0])).squareRoot(), Double(constants[1]))
    }
    var made: Operands = [[], [], []]
    for h in 0..<s.heads {
      let mask = Array(x[2][h * s.m..<(h + 1) * s.m])
      let key = (0..<s.m).map { mask[$0] * x[1][h * s.m + $0] }
      made[2].append(length(key))
      for i in 0..<s.n {
        let word = (0..<s.m).map { mask[$0] * x[0][$0 * s.n + i] }
        let product = length(key) * length(word) + Double(constants[2])
        made[0].append(product == 0 ? 0 : dot(key, word) / product)
        made[1].append(length(word))
      }
    }
    return made
  }

  /// No word is so short under its mask that a difference is inexact.
  private func inputs(_ random: inout SplitMix, _ s: Size) -> Operands {
    [
      random.list(s.m * s.n, 0.3, 1), random.list(s.heads * s.m, -1, -0.3),
      random.list(s.heads * s.m, 0.2, 1),
    ]
  }

  @Test(arguments: sizes) func maskedSimilarity(_ size: Size) {
    for constants in Self.constants {
      let check = KernelCheck(
        kernel: \.masked_similarity, sizes: [size.m, size.n, size.heads], constants: constants,
        bound: 2e-6, accumulates: false)
      check.expect(inputs: { inputs(&$0, size) }) { similar($0, size, constants) }
    }
  }

  /// The mask's gradient is a difference of three sums, so its bound is wider.
  @Test(arguments: sizes.filter { $0.n < 100 } + [Size(m: 2, n: 130, heads: 1)])
  func maskedSimilarityGradient(_ size: Size) {
    for constants in size.n < 100 ? Self.constants : Self.constants.suffix(1) {
      let check = KernelCheck(
        kernel: \.masked_similarity_gradient, sizes: [size.m, size.n, size.heads],
        constants: constants, bound: 3e-5)
      check.expectGradient(
        inputs: { inputs(&$0, size) }, along: [0, 1, 2],
        of: { [similar($0, size, constants)[0]] },
        operands: { x, _, g in x + similar(x, size, constants) + g })
    }
  }

  /// A memory of zeros, a key of zeros and a mask of zeros: all finite.
  @Test func zerosAreFinite() {
    let size = Size(m: 2, n: 3, heads: 1)
    var check = KernelCheck(
      kernel: \.masked_similarity, sizes: [2, 3, 1], constants: [0, 0, 0], bound: 0,
      accumulates: false)
    let zeros: Operands = [[0, 0, 0, 0, 0, 0], [0, 0], [0, 0]]
    check.expect(inputs: { _ in zeros }) { similar($0, size, [0, 0, 0]) }
    check = KernelCheck(
      kernel: \.masked_similarity_gradient, sizes: [2, 3, 1], constants: [0, 0, 0], bound: 0)
    check.expect(inputs: { _ in zeros + [[0, 0, 0], [0, 0, 0], [0], [1, 1, 1]] }) { _ in zeros }
  }
}
