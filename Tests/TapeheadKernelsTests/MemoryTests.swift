import TapeheadKernels
import Testing

@Suite struct MemoryTests {
  struct Size: Sendable {
    let m: Int
    let n: Int
    let heads: Int
  }
  /// 10 heads are more than the gradient holds at a time, 150 slots more than 8 vectors.
  static let sizes =
    awkwardLengths.flatMap { n in
      [Size(m: 1, n: n, heads: 1), Size(m: 3, n: n, heads: 1), Size(m: 3, n: n, heads: 3)]
    } + [Size(m: 2, n: 150, heads: 1), Size(m: 2, n: 150, heads: 2), Size(m: 2, n: 17, heads: 10)]

  /// From M, w, e and a to M′.
  private func write(_ x: Operands, _ s: Size) -> Operands {
    var memory = x[0]
    for j in 0..<s.m {
      for i in 0..<s.n {
        for h in 0..<s.heads { memory[j * s.n + i] *= 1 - x[1][h * s.n + i] * x[2][h * s.m + j] }
        for h in 0..<s.heads { memory[j * s.n + i] += x[1][h * s.n + i] * x[3][h * s.m + j] }
      }
    }
    return [memory]
  }

  private func inputs(_ random: inout SplitMix, _ s: Size) -> Operands {
    [
      random.list(s.m * s.n), random.list(s.heads * s.n, 0, 1), random.list(s.heads * s.m, 0, 1),
      random.list(s.heads * s.m),
    ]
  }

  @Test(arguments: sizes + [Size(m: 20, n: 128, heads: 1), Size(m: 20, n: 128, heads: 4)])
  func eraseAndAdd(_ size: Size) {
    var check = KernelCheck(
      kernel: \.erase_and_add, sizes: [size.m, size.n, size.heads], bound: 1e-6,
      accumulates: false)
    check.expect(inputs: { inputs(&$0, size) }) { write($0, size) }
    check.aliases = [0: 0]
    check.expect(inputs: { inputs(&$0, size) }) { write($0, size) }
  }

  /// Weight 1 and erase 1 leave what is added and nothing else, however large the memory was.
  @Test func aFullWriteReplacesExactly() {
    let check = KernelCheck(
      kernel: \.erase_and_add, sizes: [1, 3, 1], bound: 0, accumulates: false)
    check.expect(inputs: { _ in [[1e10, -3, 7], [1, 1, 0], [1], [0.25]] }) { _ in
      [[0.25, 0.25, 7]]
    }
  }

  @Test(arguments: sizes) func eraseAndAddGradient(_ size: Size) {
    var check = KernelCheck(
      kernel: \.erase_and_add_gradient, sizes: [size.m, size.n, size.heads])
    for inPlace in [false, true] {
      check.aliases = inPlace ? [0: 4] : [:]
      check.accumulates = !inPlace
      check.expectGradient(
        inputs: { inputs(&$0, size) }, along: [0, 1, 2, 3], of: { write($0, size) },
        operands: { x, _, g in x + g })
    }
  }

  /// Two heads that erase the same entry wholly: a product without one factor cannot be a quotient.
  @Test func theGradientOfATwiceErasedEntryIsZero() {
    let check = KernelCheck(kernel: \.erase_and_add_gradient, sizes: [1, 1, 2])
    check.expectGradient(
      inputs: { _ in [[2], [1, 1], [1, 1], [0.5, 0.25]] }, along: [0, 1, 2, 3],
      of: { write($0, Size(m: 1, n: 1, heads: 2)) }, operands: { x, _, g in x + g })
  }
}
