import Foundation
import TapeheadKernels
import Testing

/// An elementwise kernel of one to three inputs and its value in double precision.
struct Elementwise: Sendable, CustomTestStringConvertible {
  let name: String
  let kernel: any KernelField
  let inputs: Int
  var constants: [Float] = []
  var sizes: [Int] = []
  var range: ClosedRange<Float> = -4...4
  let exact: @Sendable ([Double]) -> Double

  var testDescription: String { name }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  static let all: [Elementwise] = [
    Elementwise(name: "copy", kernel: \.copy, inputs: 1) { $0[0] },
    Elementwise(name: "exp", kernel: \.exp, inputs: 1) { exp($0[0]) },
    Elementwise(name: "log", kernel: \.log, inputs: 1, range: 0.1...9) { log($0[0]) },
    Elementwise(name: "tanh", kernel: \.tanh, inputs: 1) { tanh($0[0]) },
    Elementwise(name: "sigmoid", kernel: \.sigmoid, inputs: 1) { sigmoid($0[0]) },
    Elementwise(name: "softplus", kernel: \.softplus, inputs: 1) { log1p(exp($0[0])) },
    Elementwise(name: "square", kernel: \.square, inputs: 1) { $0[0] * $0[0] },
    Elementwise(name: "sqrt", kernel: \.sqrt, inputs: 1, range: 0...9) { $0[0].squareRoot() },
    Elementwise(name: "relu", kernel: \.relu, inputs: 1) { max($0[0], 0) },
    Elementwise(name: "affine", kernel: \.affine, inputs: 1, constants: [2.5, -0.75]) {
      2.5 * $0[0] - 0.75
    },
    Elementwise(name: "clamp", kernel: \.clamp, inputs: 1, constants: [-1.25, 2]) {
      min(max($0[0], -1.25), 2)
    },
    Elementwise(name: "add", kernel: \.add, inputs: 2, sizes: [0, 0]) { $0[0] + $0[1] },
    Elementwise(name: "subtract", kernel: \.subtract, inputs: 2, sizes: [0, 0]) { $0[0] - $0[1] },
    Elementwise(name: "multiply", kernel: \.multiply, inputs: 2, sizes: [0, 0]) { $0[0] * $0[1] },
    Elementwise(
      name: "divide", kernel: \.divide, inputs: 2, sizes: [0, 0], range: 0.5...4
    ) { $0[0] / $0[1] },
    Elementwise(name: "tanh gradient", kernel: \.tanh_gradient, inputs: 2, range: -1...1) {
      $0[1] * (1 - $0[0] * $0[0])
    },
    Elementwise(name: "sigmoid gradient", kernel: \.sigmoid_gradient, inputs: 2, range: 0...1) {
      $0[1] * $0[0] * (1 - $0[0])
    },
    Elementwise(name: "softplus gradient", kernel: \.softplus_gradient, inputs: 2) {
      $0[1] * sigmoid($0[0])
    },
    Elementwise(name: "relu gradient", kernel: \.relu_gradient, inputs: 2) {
      $0[0] > 0 ? $0[1] : 0
    },
    Elementwise(
      name: "clamp gradient", kernel: \.clamp_gradient, inputs: 2, constants: [-1.25, 2]
    ) { $0[0] >= -1.25 && $0[0] <= 2 ? $0[1] : 0 },
  ]
}

@Suite struct ElementwiseTests {
  /// Three roundings of at most 1 ulp or one function of at most 2: 4·2⁻²³ of the value and of what
  /// it was added to.
  static let bound = 4 * 0x1p-23

  @Test(arguments: Kernels.supported, Elementwise.all)
  func matchesDoublePrecision(_ kernels: Kernels, _ operation: Elementwise) {
    var numbers = TestNumbers(seed: 1)
    for count in awkwardLengths {
      for rows in 1...5 {
        for accumulate in [false, true] {
          let inputs = (0..<operation.inputs).map { _ in
            Operand(numbers.rows(rows, count, in: operation.range), stride: count + 5)
          }
          let before = numbers.rows(rows, count)
          let output = Operand(before, stride: count + 2)
          call(
            kernels.table[keyPath: operation.kernel], inputs + [output],
            sizes: [count] + operation.sizes, constants: operation.constants, rows: rows,
            accumulate: accumulate ? 1 : 0)
          for row in 0..<rows {
            for index in 0..<count {
              let exact = operation.exact(inputs.map { Double($0[row][index]) })
              let old = accumulate ? Double(before[row][index]) : 0
              let error = abs(Double(output[row][index]) - (exact + old))
              let allowed = Self.bound * (abs(exact) + abs(old)) + 1e-30
              #expect(error <= allowed, "length \(count), row \(row) of \(rows), index \(index)")
            }
          }
          let intact = (inputs + [output]).allSatisfy(\.guardsAreIntact)
          #expect(intact, "length \(count), \(rows) rows")
        }
      }
    }
  }

  @Test(arguments: Kernels.supported, Elementwise.all.filter { $0.inputs > 0 })
  func worksInPlace(_ kernels: Kernels, _ operation: Elementwise) {
    var numbers = TestNumbers(seed: 2)
    for count in awkwardLengths {
      for position in 0..<operation.inputs {
        let values = (0..<operation.inputs).map { _ in numbers.rows(3, count, in: operation.range) }
        let apart = values.map { Operand($0, stride: count + 1) }
        let result = Operand(values[0], stride: count + 1)
        let together = values.map { Operand($0, stride: count + 1) }
        for operands in [apart + [result], together + [together[position]]] {
          call(
            kernels.table[keyPath: operation.kernel], operands, sizes: [count] + operation.sizes,
            constants: operation.constants, rows: 3)
        }
        let same = together[position].bits == result.bits
        #expect(same, "length \(count), output in place of input \(position)")
      }
    }
  }

  @Test(arguments: Kernels.supported, [[1, 0], [0, 1], [1, 1]])
  func scalarsAreBroadcast(_ kernels: Kernels, _ scalar: [Int]) {
    var numbers = TestNumbers(seed: 3)
    for count in awkwardLengths {
      let rows = scalar.map { numbers.rows(4, $0 == 1 ? 1 : count) }
      let operands = rows.map { Operand($0, stride: $0[0].count + 3) }
      let output = Operand(numbers.rows(4, count), stride: count + 1)
      call(
        kernels.table.subtract, operands + [output], sizes: [count] + scalar, rows: 4)
      for row in 0..<4 {
        for index in 0..<count {
          let expected =
            rows[0][row][scalar[0] == 1 ? 0 : index] - rows[1][row][scalar[1] == 1 ? 0 : index]
          let found = output[row][index]
          #expect(found == expected, "length \(count), row \(row), index \(index)")
        }
      }
      let intact = output.guardsAreIntact
      #expect(intact)
    }
  }

  @Test(arguments: Kernels.supported, awkwardLengths)
  func broadcastRepeatsOneFloat(_ kernels: Kernels, _ count: Int) {
    let x = Operand([[1.5], [-2.5], [3]], stride: 2)
    let y = Operand((0..<3).map { _ in Array(repeating: 0.25, count: count) }, stride: count + 1)
    call(kernels.table.broadcast, [x, y], sizes: [count], rows: 3, accumulate: 1)
    let found = (0..<3).map { y[$0] }
    #expect(found == [1.75, -2.25, 3.25].map { Array(repeating: $0, count: count) })
    let intact = y.guardsAreIntact
    #expect(intact)
  }

  @Test(arguments: Kernels.supported)
  func notANumberSurvives(_ kernels: Kernels) {
    for (name, kernel) in [("relu", kernels.table.relu), ("clamp", kernels.table.clamp)] {
      let operand = Operand(shared: [.nan, 1])
      call(kernel, [operand, operand], sizes: [2], constants: [-1, 1])
      let result = operand[0]
      #expect(result[0].isNaN && result[1] == 1, "\(name)")
    }
  }
}
