import TapeheadKernels
import Testing

@Suite struct AllocationTests {
  /// The slots in ascending order of usage, equal ones by number.
  ///
  /// Usages here lie on a grid, so that a small difference changes no order.
  private func ascending(_ usage: [Double]) -> [Int] {
    let levels = usage.map { ($0 * 4096).rounded() }
    return usage.indices.sorted { (levels[$0], $0) < (levels[$1], $1) }
  }

  /// a, order and products.
  private func allocate(_ x: Operands) -> Operands {
    let order = ascending(x[0])
    var allocation = x[0]
    var products: [Double] = []
    var product = 1.0
    for slot in order {
      products.append(product)
      allocation[slot] = (1 - x[0][slot]) * product
      product *= x[0][slot]
    }
    return [allocation, order.map { Double($0) }, products]
  }

  /// Usages that all differ, in any order.
  private func distinct(_ random: inout SplitMix, _ n: Int) -> [Double] {
    var levels = (0..<n).map { Double(4096 - $0 * (2048 / n)) / 4096 - 0.25 }
    for i in levels.indices {
      levels.swapAt(i, min(n - 1, i + Int(random.uniform(0, Double(n - i)))))
    }
    return levels
  }

  @Test(arguments: awkwardLengths + [300]) func allocation(_ n: Int) {
    let check = KernelCheck(
      kernel: \.allocation, sizes: [n], bound: 2e-6, accumulates: false)
    check.expect(inputs: { [distinct(&$0, n)] }, allocate)
  }

  @Test(arguments: awkwardLengths) func allocationGradient(_ n: Int) {
    let check = KernelCheck(kernel: \.allocation_gradient, sizes: [n])
    check.expectGradient(
      inputs: { [distinct(&$0, n)] }, along: [0], of: { [allocate($0)[0]] },
      operands: { x, _, g in [x[0]] + Array(allocate(x)[1...2]) + g })
  }

  /// Usages at the ends and equal ones, which a quotient or an unstable order would get wrong.
  static let edges: [[Double]] = [
    Array(repeating: 0, count: 17), Array(repeating: 1, count: 17),
    Array(repeating: 0.5, count: 8), [0, 1, 0, 1, 0.25], [1, 1, 0, 1], [0.5, 0, 0.5, 0, 1, 0.5],
    [-0.0, 0, -0.0, 0.5],
  ]

  @Test(arguments: edges) func finiteAtTheEnds(_ usage: [Double]) {
    var check = KernelCheck(
      kernel: \.allocation, sizes: [usage.count], bound: 0, accumulates: false)
    check.expect(inputs: { _ in [usage] }, allocate)
    check = KernelCheck(kernel: \.allocation_gradient, sizes: [usage.count])
    check.expectGradient(
      inputs: { _ in [usage] }, along: [0], of: { [allocate($0)[0]] },
      operands: { x, _, g in [x[0]] + Array(allocate(x)[1...2]) + g })
  }

  /// A usage of NaN stays visible, and harms nothing else than the numbers of its sequence.
  @Test func aUsageThatIsNoNumberIsNotLost() {
    for kernels in Kernels.supported {
      let operands = [
        Operand([[0.5, .nan, 0.25]], stride: 3), Operand([[0, 0, 0]], stride: 3),
        Operand([[0, 0, 0]], stride: 3), Operand([[0, 0, 0]], stride: 3),
      ]
      call(kernels.table.allocation, operands, sizes: [3])
      let isSeen = operands[1][0].contains { $0.isNaN }
      let order = operands[2][0]
      #expect(isSeen)
      #expect(order == [2, 0, 1])
    }
  }
}
