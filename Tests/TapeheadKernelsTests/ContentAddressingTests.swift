import Foundation
import TapeheadKernels
import Testing

@Suite struct ContentAddressingTests {
  struct Size: Sendable {
    let m: Int
    let n: Int
    let heads: Int
  }
  static let sizes =
    awkwardLengths.flatMap { n in
      [Size(m: 1, n: n, heads: 1), Size(m: 3, n: n, heads: 2)]
    } + [Size(m: 2, n: 150, heads: 2), Size(m: 20, n: 8, heads: 3)]
  /// ε inside the root, floor, outer: none, each, all.
  static let constants: [[Float]] = [
    [0, 0, 0], [0.3, 0, 0], [0, 0.9, 0], [0, 0, 0.2], [0.1, 1, 0.1],
  ]

  private func lengths(_ memory: [Double], _ s: Size, _ constants: [Float]) -> [Double] {
    (0..<s.n).map { i in
      let sum = (0..<s.m).reduce(0) { $0 + memory[$1 * s.n + i] * memory[$1 * s.n + i] }
      return max((sum + Double(constants[0])).squareRoot(), Double(constants[1]))
    }
  }

  /// A memory none of whose lengths is within 0.05 of the floor, where a difference means nothing,
  /// or of 0, where it is inexact.
  private func awayFromFloor(
    _ random: inout SplitMix, _ size: Size, _ constants: [Float]
  ) -> [Double] {
    var memory = random.list(size.m * size.n)
    let floor = max(Double(constants[1]), 0)
    for i in 0..<size.n {
      let own = lengths(memory, size, [constants[0], 0])[i]
      guard abs(own - floor) < 0.05 || own < 0.05 else { continue }
      for j in 0..<size.m { memory[j * size.n + i] = 1 + 0.1 * Double(j) }
      if abs(lengths(memory, size, [constants[0], 0])[i] - floor) < 0.05 { memory[i] = 0.5 }
    }
    return memory
  }

  @Test func aSlotOrKeyOfLengthZeroGivesNoGradientAndNoSimilarity() {
    let similarity = KernelCheck(
      kernel: \.cosine_similarity, sizes: [2, 2, 1], constants: [0, 0, 0], accumulates: false)
    similarity.expect(inputs: { _ in [[0, 3, 0, 4], [0, 1]] }) { _ in [[0, 0.8], [1], [0, 5]] }
    similarity.expect(inputs: { _ in [[0, 3, 0, 4], [0, 0]] }) { _ in [[0, 0], [0], [0, 5]] }
    let gradient = KernelCheck(
      kernel: \.cosine_similarity_gradient, sizes: [2, 2, 1], constants: [0, 0, 0])
    gradient.expect(inputs: { _ in [[0, 3, 0, 4], [0, 1], [0, 0.8], [1], [0, 5], [1, 1]] }) { _ in
      [[0, -0.096, 0, 0.072], [0.6, 0]]
    }
    gradient.expect(inputs: { _ in [[0, 3, 0, 4], [0, 0], [0, 0], [0], [0, 5], [1, 1]] }) { _ in
      [[0, 0, 0, 0], [0, 0]]
    }
  }

  /// From M and keys to similarities, key lengths and slot lengths.
  private func similarity(_ x: Operands, _ s: Size, _ constants: [Float]) -> Operands {
    let slots = lengths(x[0], s, constants)
    var result: Operands = [[], [], slots]
    for h in 0..<s.heads {
      let key = Array(x[1][(h * s.m)..<(h + 1) * s.m])
      let root = (dot(key, key) + Double(constants[0])).squareRoot()
      let length = max(root, Double(constants[1]))
      result[1].append(length)
      for i in 0..<s.n {
        let product = (0..<s.m).reduce(0) { $0 + key[$1] * x[0][$1 * s.n + i] }
        result[0].append(product / (length * slots[i] + Double(constants[2])))
      }
    }
    return result
  }

  private func inputs(_ random: inout SplitMix, _ s: Size, _ constants: [Float]) -> Operands {
    [awayFromFloor(&random, s, constants), random.list(s.heads * s.m, 0.2, 0.8)]
  }

  @Test(arguments: sizes + [Size(m: 20, n: 128, heads: 5)]) func cosineSimilarity(_ size: Size) {
    for constants in Self.constants {
      let check = KernelCheck(
        kernel: \.cosine_similarity, sizes: [size.m, size.n, size.heads], constants: constants,
        bound: 1e-6, accumulates: false)
      check.expect(inputs: { inputs(&$0, size, constants) }) { similarity($0, size, constants) }
    }
  }

  /// Small numbers and large ones, whose squares and products are near the ends of what floats hold.
  @Test(arguments: [1e-15, 1e-9, 1e9, 1e15] as [Double]) func similarityOfAnyLength(_ scale: Double)
  {
    let size = Size(m: 3, n: 17, heads: 2)
    let check = KernelCheck(
      kernel: \.cosine_similarity, sizes: [3, 17, 2], constants: [0, 0, 0], bound: 1e-6,
      accumulates: false)
    check.expect(inputs: { inputs(&$0, size, [0, 0]).map { $0.map { Double(Float($0 * scale)) } } })
    {
      similarity($0, size, [0, 0, 0])
    }
  }

  /// The constants put every key's length above the floor, but the last, which put it below.
  @Test(
    arguments: sizes,
    [[0, 0, 0], [0, 0, 0.2], [0.3, 0.1, 0.2], [0, 8, 0], [0.1, 8, 0.1]] as [[Float]])
  func cosineSimilarityGradient(_ size: Size, _ constants: [Float]) {
    let check = KernelCheck(
      kernel: \.cosine_similarity_gradient, sizes: [size.m, size.n, size.heads],
      constants: constants, least: 1)
    check.expectGradient(
      inputs: { inputs(&$0, size, constants) }, along: [0, 1],
      of: { [similarity($0, size, constants)[0]] },
      operands: { x, y, g in
        let made = similarity(x, size, constants)
        return x + [y[0], made[1], made[2], g[0]]
      })
  }

  /// From similarities and strengths to weightings.
  private func weighting(_ x: Operands, _ n: Int) -> Operands {
    [x[1].indices.flatMap { h in softmax(x[0][(h * n)..<(h + 1) * n].map { $0 * x[1][h] }) }]
  }

  @Test(arguments: groups) func contentWeighting(n: Int, heads: Int) {
    let check = KernelCheck(
      kernel: \.content_weighting, sizes: [n, heads], accumulates: false)
    for strength in [0.0, 5, 100] {
      check.expect(
        inputs: { [$0.list(n * heads), $0.list(heads, strength, strength + 1)] },
        { weighting($0, n) })
    }
  }

  @Test(arguments: groups) func contentWeightingGradient(n: Int, heads: Int) {
    let check = KernelCheck(kernel: \.content_weighting_gradient, sizes: [n, heads])
    check.expectGradient(
      inputs: { [$0.list(n * heads), $0.list(heads, 0, 6)] }, along: [0, 1],
      of: { weighting($0, n) }, operands: { x, y, g in x + [y[0], g[0]] })
  }
}
