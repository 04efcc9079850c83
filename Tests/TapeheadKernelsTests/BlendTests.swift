import TapeheadKernels
import Testing

@Suite struct BlendTests {
  struct Size: Sendable {
    let n: Int
    let heads: Int
    let count: Int
  }
  static let sizes = awkwardLengths.flatMap { n in
    [(1, 3), (4, 5), (2, 1)].map { Size(n: n, heads: $0, count: $1) }
  }

  private func blended(_ x: Operands, _ s: Size) -> Operands {
    var mixture = Array(repeating: 0.0, count: s.heads * s.n)
    for h in 0..<s.heads {
      for k in 0..<s.count {
        for i in 0..<s.n {
          mixture[h * s.n + i] += x[0][h * s.count + k] * x[1][(k * s.heads + h) * s.n + i]
        }
      }
    }
    return [mixture]
  }

  private func inputs(_ random: inout SplitMix, _ s: Size) -> Operands {
    [random.list(s.heads * s.count), random.list(s.count * s.heads * s.n)]
  }

  @Test(arguments: sizes) func blend(_ size: Size) {
    let check = KernelCheck(
      kernel: \.blend, sizes: [size.n, size.heads, size.count], bound: 2e-6, accumulates: false)
    check.expect(inputs: { inputs(&$0, size) }) { blended($0, size) }
  }

  @Test(arguments: sizes) func blendGradient(_ size: Size) {
    let check = KernelCheck(
      kernel: \.blend_gradient, sizes: [size.n, size.heads, size.count])
    check.expectGradient(
      inputs: { inputs(&$0, size) }, along: [0, 1], of: { blended($0, size) },
      operands: { x, _, g in x + g })
  }

  private func scaled(_ x: Operands, _ m: Int, _ n: Int) -> Operands {
    [x[0].indices.map { x[0][$0] * x[1][$0 % n] }]
  }

  @Test(arguments: awkwardLengths) func scaleSlots(_ n: Int) {
    func inputs(_ random: inout SplitMix) -> Operands { [random.list(3 * n), random.list(n)] }
    var check = KernelCheck(kernel: \.scale_slots, sizes: [3, n], bound: 1e-6, accumulates: false)
    check.expect(inputs: inputs) { scaled($0, 3, n) }
    check.aliases = [0: 0]
    check.expect(inputs: inputs) { scaled($0, 3, n) }
    let gradient = KernelCheck(kernel: \.scale_slots_gradient, sizes: [3, n])
    gradient.expectGradient(
      inputs: inputs, along: [0, 1], of: { scaled($0, 3, n) }, operands: { x, _, g in x + g })
  }
}
