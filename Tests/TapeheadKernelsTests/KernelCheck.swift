import TapeheadKernels
import Testing

/// One row's operands, each a list of numbers.
typealias Operands = [[Double]]

/// Checks one kernel against a plain function in Double, on every instruction set.
///
/// There are 1 to 4 rows (1 and 3 for gradients), and outputs are once written and once added to.
/// Rows lie further apart than they are long, NaN stands between and behind them, outputs start as
/// NaN: a float read past a row, one changed there, or one not written does not stay unseen.
struct KernelCheck {
  let kernel: KeyPath<th_kernel_table, th_kernel?>
  var sizes: [Int]
  var constants: [Float] = []
  /// Largest error allowed, as a part of the largest element of an output.
  var bound = 1e-5
  /// What the largest element counts as at least, where the exact output may be 0.
  var least = 1e-30
  /// Output j stands in the storage of input aliases[j].
  var aliases: [Int: Int] = [:]
  /// Whether the kernel can add to its outputs.
  var accumulates = true

  /// Expects `reference` of the inputs, which are made anew for each row and rounded to Float.
  func expect(
    inputs make: (inout SplitMix) -> Operands, _ reference: (Operands) -> Operands,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for rows in 1...4 {
      var random = SplitMix(state: UInt64(rows))
      let inputs = (0..<rows).map { _ in rounded(make(&random)) }
      expect(inputs, wanted: inputs.map(reference), sourceLocation)
    }
  }

  /// Expects the derivative of Σ G · forward(inputs) by finite differences, G random.
  ///
  /// `operands` picks the kernel's inputs from the forward inputs, the forward outputs and G;
  /// `along` names the forward inputs whose derivatives are the kernel's outputs.
  func expectGradient(
    inputs make: (inout SplitMix) -> Operands, along: [Int], of forward: (Operands) -> Operands,
    operands: (Operands, Operands, Operands) -> Operands,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for rows in [1, 3] {
      var random = SplitMix(state: UInt64(rows))
      var inputs: [Operands] = []
      var wanted: [Operands] = []
      for _ in 0..<rows {
        let x = rounded(make(&random))
        let y = forward(x)
        let g = rounded(y.map { $0.map { _ in random.uniform(-1, 1) } })
        inputs.append(rounded(operands(x, y, g)))
        wanted.append(along.map { differences(x, $0, g, forward) })
      }
      expect(inputs, wanted: wanted, sourceLocation)
    }
  }

  private func expect(_ inputs: [Operands], wanted: [Operands], _ location: SourceLocation) {
    for start in accumulates ? [nil, 0.5] : [nil] as [Double?] {
      let target = wanted.map { $0.map { $0.map { $0 + (start ?? 0) } } }
      var first: [[[Float]]]?
      for isa in [TH_ISA_PORTABLE, TH_ISA_AVX2, TH_ISA_AVX512] where th_isa_supported(isa) != 0 {
        let counts = target[0].map(\.count)
        let call = KernelCall(inputs: inputs, outputs: counts, start: start, aliases: aliases)
        call.run(th_kernels(isa).pointee[keyPath: kernel], sizes, constants)
        let found = call.outputs()
        let guardsHold = call.guardsHold()
        #expect(guardsHold, "a float outside the rows was changed", sourceLocation: location)
        let worst = worstError(found, target, least)
        let described = "\(worst) with sizes \(sizes), \(inputs.count) rows, start \(start ?? 0)"
        let isClose = worst.error <= bound
        #expect(isClose, "error \(described)", sourceLocation: location)
        let bits = found.map { $0.map { $0.map(\.bitPattern) } }
        let isSame = first.map { $0.map { $0.map { $0.map(\.bitPattern) } } == bits } ?? true
        #expect(isSame, "instruction sets differ, sizes \(sizes)", sourceLocation: location)
        first = first ?? found
      }
    }
  }
}

/// The largest error of an output, as a part of its largest element, and where it is.
private func worstError(
  _ found: [[[Float]]], _ wanted: [Operands], _ least: Double
) -> (error: Double, output: Int, row: Int, index: Int, found: Float, wanted: Double) {
  var worst = (error: 0.0, output: 0, row: 0, index: 0, found: Float(0), wanted: 0.0)
  for output in wanted[0].indices {
    let scale = wanted.flatMap { $0[output] }.reduce(least) { max($0, abs($1)) }
    for row in wanted.indices {
      for (index, want) in wanted[row][output].enumerated() {
        let got = found[row][output][index]
        let error = abs(Double(got) - want) / scale
        guard !(error <= worst.error) else { continue }
        worst = (error.isNaN ? .infinity : error, output, row, index, got, want)
      }
    }
  }
  return worst
}

/// The derivative of Σ G · forward along one input, by central differences.
private func differences(
  _ inputs: Operands, _ along: Int, _ cotangents: Operands, _ forward: (Operands) -> Operands
) -> [Double] {
  inputs[along].indices.map { index in
    func value(_ step: Double) -> Double {
      var moved = inputs
      moved[along][index] += step
      var sum = 0.0
      for (y, g) in zip(forward(moved), cotangents) { sum += dot(y, g) }
      return sum
    }
    let step = 1e-5
    return (value(step) - value(-step)) / (2 * step)
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for i in a.indices { sum += a[i] * b[i] }
  return sum
}

func rounded(_ operands: Operands) -> Operands {
  operands.map { $0.map { Double(Float($0)) } }
}
