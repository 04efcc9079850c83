import Foundation
import TapeheadKernels
import Testing

@Suite struct RecurrentTests {
  /// From z and c to gates, c′ and h.
  private func gates(_ x: Operands, _ n: Int) -> Operands {
    let z = x[0]
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let i = z[..<n].map(sigmoid)
    let f = z[n..<2 * n].map(sigmoid)
    let g = z[(2 * n)..<3 * n].map { tanh($0) }
    let o = z[(3 * n)...].map(sigmoid)
    let next = (0..<n).map { f[$0] * x[1][$0] + i[$0] * g[$0] }
    return [i + f + g + o, next, (0..<n).map { o[$0] * tanh(next[$0]) }]
  }

  @Test(arguments: awkwardLengths + [100]) func lstmGates(_ n: Int) {
    var check = KernelCheck(kernel: \.lstm_gates, sizes: [n], bound: 1e-6, accumulates: false)
    check.expect(inputs: { [$0.list(4 * n, -5, 5), $0.list(n)] }) { gates($0, n) }
    check.aliases = [0: 0]
    check.expect(inputs: { [$0.list(4 * n, -5, 5), $0.list(n)] }) { gates($0, n) }
  }

  @Test(arguments: awkwardLengths + [100]) func lstmGatesGradient(_ n: Int) {
    var check = KernelCheck(kernel: \.lstm_gates_gradient, sizes: [n])
    for inPlace in [false, true] {
      check.aliases = inPlace ? [0: 0, 1: 4] : [:]
      check.accumulates = !inPlace
      // The loss sees c′ and h only.
      check.expectGradient(
        inputs: { [$0.list(4 * n, -2, 2), $0.list(n)] }, along: [0, 1],
        of: { Array(gates($0, n).dropFirst()) },
        operands: { x, y, g in [gates(x, n)[0], x[1], y[0], g[1], g[0]] })
    }
  }
}
