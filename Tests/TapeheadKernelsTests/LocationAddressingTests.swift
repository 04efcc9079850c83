import TapeheadKernels
import Testing

@Suite struct LocationAddressingTests {
  /// From gate, a and b to y.
  private func interpolation(_ x: Operands) -> Operands {
    [zip(x[1], x[2]).map { x[0][0] * $0 + (1 - x[0][0]) * $1 }]
  }

  @Test(arguments: awkwardLengths) func interpolate(_ n: Int) {
    let check = KernelCheck(kernel: \.interpolate, sizes: [n], bound: 1e-6)
    check.expect(inputs: { [$0.list(1, 0, 1), $0.list(n), $0.list(n)] }, interpolation)
    KernelCheck(kernel: \.interpolate, sizes: [n], bound: 0, accumulates: false)
      .expect(inputs: { [[1], $0.list(n), $0.list(n)] }) { [$0[1]] }
  }

  @Test(arguments: awkwardLengths) func interpolateGradient(_ n: Int) {
    KernelCheck(kernel: \.interpolate_gradient, sizes: [n]).expectGradient(
      inputs: { [$0.list(1, 0, 1), $0.list(n), $0.list(n)] }, along: [0, 1, 2],
      of: interpolation, operands: { x, _, g in x + g })
  }

  /// One tap, the NTM's three in two orders, five, shifts that leap, and more than a ring holds.
  static let shifts = [
    [0], [-1, 0, 1], [1, 0, -1], [0, 1, 2, -2, -1], [16, -16, 3], [17, -40, 1], [300, 5],
    [-7, 2, 2, 1, 0, 9],
  ]
  static let lengths = awkwardLengths + [32, 150]

  /// From w and s to y.
  private func convolution(_ x: Operands, _ shifts: [Int]) -> Operands {
    let n = x[0].count
    return [
      (0..<n).map { i in
        zip(shifts, x[1]).reduce(0) { $0 + x[0][(((i - $1.0) % n) + n) % n] * $1.1 }
      }
    ]
  }

  @Test(arguments: lengths, shifts) func circularConvolution(_ n: Int, _ shifts: [Int]) {
    let check = KernelCheck(
      kernel: \.circular_convolution, sizes: [n, shifts.count] + shifts, bound: 1e-6)
    check.expect(inputs: { [$0.list(n), $0.list(shifts.count)] }) { convolution($0, shifts) }
  }

  @Test(arguments: lengths, shifts) func circularConvolutionGradient(_ n: Int, _ shifts: [Int]) {
    let check = KernelCheck(
      kernel: \.circular_convolution_gradient, sizes: [n, shifts.count] + shifts)
    check.expectGradient(
      inputs: { [$0.list(n), $0.list(shifts.count)] }, along: [0, 1],
      of: { convolution($0, shifts) }, operands: { x, _, g in x + g })
  }
}
