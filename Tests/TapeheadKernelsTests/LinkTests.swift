import TapeheadKernels
import Testing

@Suite struct LinkTests {
  struct Size: Sendable {
    let n: Int
    let heads: Int
  }
  /// 4, 5 and 20 slots end with and without a whole block of rows.
  static let slots = awkwardLengths + [4, 5, 20]
  static let sizes =
    slots.map { Size(n: $0, heads: 1) }
    + [2, 3, 4, 5, 6].flatMap { heads in [5, 17, 20].map { Size(n: $0, heads: heads) } }

  /// From L, w and p to L′.
  private func updated(_ x: Operands, _ n: Int) -> Operands {
    var links = x[0]
    for i in 0..<n {
      for j in 0..<n {
        let kept = (1 - x[1][i] - x[1][j]) * links[i * n + j]
        links[i * n + j] = i == j ? 0 : kept + x[1][i] * x[2][j]
      }
    }
    return [links]
  }

  /// Links whose diagonal is not 0 on purpose, and weightings that sum up to less than 1.
  private func links(_ random: inout SplitMix, _ n: Int) -> Operands {
    [
      random.list(n * n, 0, 1), random.list(n, 0, 1 / Double(n)), random.list(n, 0, 1 / Double(n)),
    ]
  }

  @Test(arguments: slots) func linkUpdate(_ n: Int) {
    var check = KernelCheck(kernel: \.link_update, sizes: [n], bound: 1e-6, accumulates: false)
    check.expect(inputs: { links(&$0, n) }) { updated($0, n) }
    check.aliases = [0: 0]
    check.expect(inputs: { links(&$0, n) }) { updated($0, n) }
  }

  @Test(arguments: slots.filter { $0 < 100 }) func linkUpdateGradient(_ n: Int) {
    var check = KernelCheck(kernel: \.link_update_gradient, sizes: [n])
    for inPlace in [false, true] {
      check.aliases = inPlace ? [0: 3] : [:]
      check.accumulates = !inPlace
      check.expectGradient(
        inputs: { links(&$0, n) }, along: [0, 1, 2], of: { updated($0, n) },
        operands: { x, _, g in x + g })
    }
  }

  /// A link that has faded to nearly nothing is nothing, and not a slow subnormal number.
  @Test func fadedLinksAreZero() {
    let check = KernelCheck(kernel: \.link_update, sizes: [2], bound: 0, accumulates: false)
    check.expect(inputs: { _ in [[0, 1e-29, 1e-29, 0], [0.5, 0.45], [0, 0]] }) { _ in
      [[0, 0, 0, 0]]
    }
  }

  private func preceded(_ x: Operands) -> Operands {
    let kept = 1 - x[1].reduce(0, +)
    return [zip(x[0], x[1]).map { kept * $0 + $1 }]
  }

  @Test(arguments: awkwardLengths) func precedence(_ n: Int) {
    func inputs(_ random: inout SplitMix) -> Operands { Array(links(&random, n)[1...2]) }
    var check = KernelCheck(kernel: \.precedence, sizes: [n], bound: 1e-6, accumulates: false)
    check.expect(inputs: inputs, preceded)
    check.aliases = [0: 0]
    check.expect(inputs: inputs, preceded)
    let gradient = KernelCheck(kernel: \.precedence_gradient, sizes: [n])
    gradient.expectGradient(
      inputs: inputs, along: [0, 1], of: preceded, operands: { x, _, g in x + g })
  }

  /// From L and x to f and b.
  private func followed(_ x: Operands, _ s: Size) -> Operands {
    var forward = x[1].map { _ in 0.0 }
    var backward = forward
    for h in 0..<s.heads {
      for i in 0..<s.n {
        for j in 0..<s.n {
          forward[h * s.n + i] += x[0][i * s.n + j] * x[1][h * s.n + j]
          backward[h * s.n + j] += x[0][i * s.n + j] * x[1][h * s.n + i]
        }
      }
    }
    return [forward, backward]
  }

  private func readings(_ random: inout SplitMix, _ s: Size) -> Operands {
    [random.list(s.n * s.n), random.list(s.heads * s.n)]
  }

  @Test(arguments: sizes) func linkDirections(_ size: Size) {
    let check = KernelCheck(
      kernel: \.link_directions, sizes: [size.n, size.heads], accumulates: false)
    check.expect(inputs: { readings(&$0, size) }) { followed($0, size) }
  }

  @Test(arguments: sizes.filter { $0.n < 20 }) func linkDirectionsGradient(_ size: Size) {
    let check = KernelCheck(kernel: \.link_directions_gradient, sizes: [size.n, size.heads])
    check.expectGradient(
      inputs: { readings(&$0, size) }, along: [0, 1], of: { followed($0, size) },
      operands: { x, _, g in x + g })
  }
}
