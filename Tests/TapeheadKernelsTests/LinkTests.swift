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

  /// From L, w, p and x to L′, f and b.
  private func stepped(_ x: Operands, _ s: Size) -> Operands {
    var links = x[0]
    var forward = x[3].map { _ in 0.0 }
    var backward = forward
    for i in 0..<s.n {
      for j in 0..<s.n {
        let kept = (1 - x[1][i] - x[1][j]) * links[i * s.n + j]
        let link = i == j ? 0 : kept + x[1][i] * x[2][j]
        links[i * s.n + j] = link
        for h in 0..<s.heads {
          forward[h * s.n + i] += link * x[3][h * s.n + j]
          backward[h * s.n + j] += link * x[3][h * s.n + i]
        }
      }
    }
    return [links, forward, backward]
  }

  /// Links whose diagonal is not 0 on purpose, and weightings that sum up to less than 1.
  private func links(_ random: inout SplitMix, _ s: Size) -> Operands {
    [
      random.list(s.n * s.n, 0, 1), random.list(s.n, 0, 1 / Double(s.n)),
      random.list(s.n, 0, 1 / Double(s.n)), random.list(s.heads * s.n),
    ]
  }

  @Test(arguments: sizes) func linkStep(_ size: Size) {
    var check = KernelCheck(
      kernel: \.link_step, sizes: [size.n, size.heads], accumulates: false)
    for inPlace in [false, true] {
      check.aliases = inPlace ? [0: 0] : [:]
      check.expect(inputs: { links(&$0, size) }) { stepped($0, size) }
    }
  }

  @Test(arguments: sizes.filter { $0.n < 100 }) func linkStepGradient(_ size: Size) {
    var check = KernelCheck(
      kernel: \.link_step_gradient, sizes: [size.n, size.heads], accumulates: false)
    for inPlace in [false, true] {
      check.aliases = inPlace ? [0: 6] : [:]
      check.expectGradient(
        inputs: { links(&$0, size) }, along: [0, 1, 2, 3], of: { stepped($0, size) },
        operands: { x, _, g in x + [g[1], g[2], g[0]] })
    }
  }

  /// All but dL can be added to.
  @Test func linkStepGradientAdds() {
    let size = Size(n: 20, heads: 3)
    var random = SplitMix(state: 1)
    let x = rounded(links(&random, size))
    let made = stepped(x, size).map { $0.map { _ in random.uniform(-1, 1) } }
    let inputs = rounded(x + [made[1], made[2], made[0]])
    func outputs(start: Double?) -> [[Float]] {
      let call = KernelCall(
        inputs: [inputs], outputs: [400, 20, 20, 60], start: start, aliases: [:])
      call.run(th_kernels(TH_ISA_PORTABLE).pointee.link_step_gradient, [20, 3], [])
      return call.outputs()[0]
    }
    let (written, added) = (outputs(start: nil), outputs(start: 0.5))
    #expect(written[0] == added[0])
    for output in 1...3 {
      for (a, b) in zip(written[output], added[output]) { #expect(abs(b - a - 0.5) < 1e-4) }
    }
  }

  private func preceded(_ x: Operands) -> Operands {
    let kept = 1 - x[1].reduce(0, +)
    return [zip(x[0], x[1]).map { kept * $0 + $1 }]
  }

  @Test(arguments: awkwardLengths) func precedence(_ n: Int) {
    func inputs(_ random: inout SplitMix) -> Operands {
      Array(links(&random, Size(n: n, heads: 1))[1...2])
    }
    var check = KernelCheck(kernel: \.precedence, sizes: [n], bound: 1e-6, accumulates: false)
    check.expect(inputs: inputs, preceded)
    check.aliases = [0: 0]
    check.expect(inputs: inputs, preceded)
    let gradient = KernelCheck(kernel: \.precedence_gradient, sizes: [n])
    gradient.expectGradient(
      inputs: inputs, along: [0, 1], of: preceded, operands: { x, _, g in x + g })
  }
}
