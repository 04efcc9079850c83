import TapeheadKernels
import Testing

@Suite struct UsageTests {
  struct Size: Sendable {
    let n: Int
    let heads: Int
  }
  static let sizes = awkwardLengths.flatMap { n in
    [1, 3, 5].map { Size(n: n, heads: $0) }
  }

  /// From w and g to ψ.
  private func retained(_ x: Operands, _ s: Size) -> Operands {
    [
      (0..<s.n).map { i in
        (0..<s.heads).reduce(1) { $0 * (1 - x[1][$1] * x[0][$1 * s.n + i]) }
      }
    ]
  }

  private func heads(_ random: inout SplitMix, _ s: Size) -> Operands {
    [random.list(s.heads * s.n, 0, 1), random.list(s.heads, 0, 1)]
  }

  @Test(arguments: sizes) func retention(_ size: Size) {
    let check = KernelCheck(
      kernel: \.retention, sizes: [size.n, size.heads], bound: 1e-6, accumulates: false)
    check.expect(inputs: { heads(&$0, size) }) { retained($0, size) }
  }

  @Test(arguments: sizes) func retentionGradient(_ size: Size) {
    let check = KernelCheck(kernel: \.retention_gradient, sizes: [size.n, size.heads])
    check.expectGradient(
      inputs: { heads(&$0, size) }, along: [0, 1], of: { retained($0, size) },
      operands: { x, _, g in x + g })
  }

  /// Two heads that free the same slot wholly: a product without one factor cannot be a quotient.
  @Test func theGradientOfATwiceFreedSlotIsZero() {
    let check = KernelCheck(kernel: \.retention_gradient, sizes: [2, 2])
    check.expectGradient(
      inputs: { _ in [[1, 0.5, 1, 0.25], [1, 1]] }, along: [0, 1],
      of: { retained($0, Size(n: 2, heads: 2)) }, operands: { x, _, g in x + g })
  }

  private func used(_ x: Operands) -> Operands {
    [x[0].indices.map { (x[0][$0] + x[1][$0] - x[0][$0] * x[1][$0]) * x[2][$0] }]
  }

  @Test(arguments: awkwardLengths) func usage(_ n: Int) {
    var check = KernelCheck(kernel: \.usage, sizes: [n], bound: 1e-6, accumulates: false)
    check.expect(inputs: { random in (0..<3).map { _ in random.list(n, 0, 1) } }, used)
    check.aliases = [0: 0]
    check.expect(inputs: { random in (0..<3).map { _ in random.list(n, 0, 1) } }, used)
  }

  @Test(arguments: awkwardLengths) func usageGradient(_ n: Int) {
    let check = KernelCheck(kernel: \.usage_gradient, sizes: [n])
    check.expectGradient(
      inputs: { random in (0..<3).map { _ in random.list(n, 0, 1) } }, along: [0, 1, 2], of: used,
      operands: { x, _, g in x + g })
  }
}
