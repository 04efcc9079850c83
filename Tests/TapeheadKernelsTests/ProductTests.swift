import TapeheadKernels
import Testing

/// Sizes of a matrix product under test.
struct ProductShape: Sendable, CustomTestStringConvertible {
  let inputs: Int
  let outputs: Int
  var testDescription: String { "\(inputs) × \(outputs)" }
  /// The distance of a shared matrix's rows: whole vectors.
  var leading: Int { (outputs + 15) / 16 * 16 }

  /// All pairs of awkward lengths, and one that fills several tiles and blocks in both directions.
  static let all =
    awkwardLengths.flatMap { inputs in
      awkwardLengths.map { ProductShape(inputs: inputs, outputs: $0) }
    } + [ProductShape(inputs: 133, outputs: 183)]
}

/// A sum of products in double precision and the sum of their magnitudes.
struct ExactSum {
  private(set) var value: Double
  private(set) var magnitude: Double

  init(startingFrom start: Float = 0) {
    value = Double(start)
    magnitude = abs(value)
  }

  mutating func add(_ x: Float, _ y: Float) {
    value += Double(x) * Double(y)
    magnitude += abs(Double(x) * Double(y))
  }

  /// Whether a sum of `terms` roundings may have given `found`: each rounds by at most 2⁻²⁴ of what
  /// is summed so far, and two more stand for the start and the reduction tree.
  func admits(_ found: Float, terms: Int) -> Bool {
    abs(Double(found) - value) <= Double(terms + 2) * 0x1p-24 * magnitude
  }
}

/// A matrix with rows of whole vectors, zeros behind its columns, as the engine keeps weights.
private func weights(_ shape: ProductShape, _ numbers: inout TestNumbers) -> [[Float]] {
  (0..<shape.inputs).map { _ in
    numbers.row(shape.outputs) + Array(repeating: 0, count: shape.leading - shape.outputs)
  }
}

@Suite struct ProductTests {
  @Test(arguments: Kernels.supported, ProductShape.all)
  func linear(_ kernels: Kernels, _ shape: ProductShape) {
    var numbers = TestNumbers(seed: 1)
    let matrix = weights(shape, &numbers)
    let bias = numbers.row(shape.outputs) + Array(repeating: 0, count: 16)
    for (rows, hasBias, accumulate) in [
      (1, true, false), (2, false, false), (3, true, true), (4, false, true), (5, true, false),
      (8, true, false),
    ] {
      let input = numbers.rows(rows, shape.inputs), old = numbers.rows(rows, shape.outputs)
      let y = Operand(old, stride: shape.outputs + 1)
      call(
        kernels.table.linear,
        [
          Operand(input, stride: shape.inputs + 2), Operand(shared: matrix.flatMap { $0 }),
          Operand(shared: bias), y,
        ],
        sizes: [shape.inputs, shape.outputs, shape.leading, hasBias ? 1 : 0], rows: rows,
        accumulate: accumulate ? 1 : 0)
      for row in 0..<rows {
        for column in 0..<shape.outputs {
          var sum = ExactSum(startingFrom: accumulate ? old[row][column] : 0)
          if hasBias { sum.add(bias[column], 1) }
          for k in 0..<shape.inputs { sum.add(input[row][k], matrix[k][column]) }
          let isRight = sum.admits(y[row][column], terms: shape.inputs)
          #expect(isRight, "\(rows) rows: row \(row), column \(column)")
        }
      }
      let intact = y.guardsAreIntact
      #expect(intact, "\(rows) rows")
    }
  }

  @Test(arguments: Kernels.supported, ProductShape.all)
  func linearInputGradient(_ kernels: Kernels, _ shape: ProductShape) {
    var numbers = TestNumbers(seed: 2)
    let matrix = weights(shape, &numbers)
    for (rows, accumulate) in [(1, false), (2, true), (3, false), (4, true), (5, false), (8, true)]
    {
      // Infinity behind each row of dy: what is behind a row must not count.
      let slope = numbers.rows(rows, shape.outputs).map { $0 + [.infinity] }
      let old = numbers.rows(rows, shape.inputs)
      let dx = Operand(old, stride: shape.inputs + 3)
      call(
        kernels.table.linear_input_gradient,
        [
          Operand(slope, stride: shape.outputs + 1), Operand(shared: matrix.flatMap { $0 }), dx,
        ],
        sizes: [shape.inputs, shape.outputs, shape.leading], rows: rows,
        accumulate: accumulate ? 1 : 0)
      for row in 0..<rows {
        for k in 0..<shape.inputs {
          var sum = ExactSum(startingFrom: accumulate ? old[row][k] : 0)
          for column in 0..<shape.outputs { sum.add(slope[row][column], matrix[k][column]) }
          let isRight = sum.admits(dx[row][k], terms: shape.outputs)
          #expect(isRight, "\(rows) rows: row \(row), input \(k)")
        }
      }
      let intact = dx.guardsAreIntact
      #expect(intact, "\(rows) rows")
    }
  }

  /// Several steps in one call are what they are one by one, bit for bit.
  @Test(arguments: Kernels.supported, [1, 2, 3, 4, 7])
  func severalStepsAreAsAlone(_ kernels: Kernels, rows: Int) {
    var numbers = TestNumbers(seed: 5)
    let shape = ProductShape(inputs: 141, outputs: 183)
    let matrix = Operand(shared: weights(shape, &numbers).flatMap { $0 })
    let steps = 70
    for (kernel, from, to, sizes) in [
      (kernels.table.linear, shape.inputs, shape.outputs, [141, 183, 192, 1]),
      (kernels.table.linear_input_gradient, shape.outputs, shape.inputs, [141, 183, 192]),
    ] {
      for accumulate: UInt32 in [0, 1] {
        let input = numbers.rows(steps * rows, from), old = numbers.rows(steps * rows, to)
        let start = numbers.rows(steps * rows, to)
        let x = Operand(input, stride: from + 3), together = Operand(old, stride: to + 5)
        let s = Operand(start, stride: to + 1)
        let hasStart = sizes.count == 4
        call(
          kernel, hasStart ? [x, matrix, s, together] : [x, matrix, together], sizes: sizes,
          rows: rows, accumulate: accumulate, steps: steps)
        for step in 0..<steps {
          let range = (step * rows)..<((step + 1) * rows)
          let alone = Operand(Array(old[range]), stride: to + 5)
          let x = Operand(Array(input[range]), stride: from + 3)
          let s = Operand(Array(start[range]), stride: to + 1)
          call(
            kernel, hasStart ? [x, matrix, s, alone] : [x, matrix, alone], sizes: sizes,
            rows: rows, accumulate: accumulate)
          let same = (0..<rows).allSatisfy { alone[$0] == together[step * rows + $0] }
          #expect(same, "step \(step)")
        }
        let intact = together.guardsAreIntact
        #expect(intact)
      }
    }
  }

  /// A packed matrix, and a packed transpose, give the bits of the matrix as it stands.
  @Test(arguments: Kernels.supported, ProductShape.all)
  func packedIsTheSame(_ kernels: Kernels, _ shape: ProductShape) {
    var numbers = TestNumbers(seed: 6)
    let rows = weights(shape, &numbers)
    let turned = ProductShape(inputs: shape.outputs, outputs: shape.inputs)
    let columns = (0..<shape.outputs).map { n in
      rows.map { $0[n] } + Array(repeating: 0, count: turned.leading - shape.inputs)
    }
    let matrix = Operand(shared: rows.flatMap { $0 })
    for (kernel, shape, plain) in [
      (kernels.table.pack_matrix, shape, matrix),
      (kernels.table.pack_transpose, turned, Operand(shared: columns.flatMap { $0 })),
    ] {
      // For fewer rows than a tall tile has, and for more; fewer may come, at the end of a batch.
      for most in [4, 16] {
        let packed = Operand(shared: Array(repeating: 9, count: shape.inputs * shape.leading))
        call(kernel, [matrix, packed], sizes: [rows.count, columns.count, rows[0].count, most])
        for count in [1, 3, 4, 9, 16] {
          let x = Operand(numbers.rows(count, shape.inputs), stride: shape.inputs)
          let found = Operand(numbers.rows(count, shape.outputs), stride: shape.outputs)
          let wanted = Operand(numbers.rows(count, shape.outputs), stride: shape.outputs)
          let sizes = [shape.inputs, shape.outputs]
          call(
            kernels.table.linear, [x, packed, packed, found], sizes: sizes + [0, 0, most],
            rows: count)
          call(
            kernels.table.linear, [x, plain, plain, wanted], sizes: sizes + [shape.leading, 0],
            rows: count)
          let same = (0..<count).allSatisfy { found[$0] == wanted[$0] }
          #expect(same, "\(count) rows, packed for \(most)")
        }
      }
    }
  }

  /// The gradients of weights and bias over several steps; 51 × 4 samples fill more than one block.
  @Test(arguments: Kernels.supported, ProductShape.all)
  func weightGradients(_ kernels: Kernels, _ shape: ProductShape) {
    var numbers = TestNumbers(seed: 3)
    for (rows, steps, accumulate) in [(1, 1, false), (2, 3, true), (3, 23, false), (4, 51, true)] {
      let input = numbers.rows(rows * steps, shape.inputs)
      let slope = numbers.rows(rows * steps, shape.outputs)
      let oldWeight = (0..<shape.inputs).map { _ in numbers.row(shape.outputs) }
      let oldBias = numbers.row(shape.outputs)
      let x = Operand(input, stride: shape.inputs + 1)
      let dy = Operand(slope, stride: shape.outputs + 2)
      let dW = Operand(oldWeight, stride: shape.leading), db = Operand([oldBias], stride: 0)
      let (xStep, dyStep) = (x.stride * rows, dy.stride * rows)
      call(
        kernels.table.linear_weight_gradient, [x, dy, dW],
        sizes: [shape.inputs, shape.outputs, shape.leading, steps, xStep, dyStep], rows: rows,
        accumulate: accumulate ? 1 : 0)
      call(
        kernels.table.row_sum, [dy, db], sizes: [shape.outputs, steps, dyStep], rows: rows,
        accumulate: accumulate ? 1 : 0)
      for column in 0..<shape.outputs {
        var biasSum = ExactSum(startingFrom: accumulate ? oldBias[column] : 0)
        for sample in slope { biasSum.add(sample[column], 1) }
        let biasIsRight = biasSum.admits(db[0][column], terms: rows * steps)
        #expect(biasIsRight, "\(steps) steps of \(rows) rows: bias \(column)")
        for k in 0..<shape.inputs {
          var sum = ExactSum(startingFrom: accumulate ? oldWeight[k][column] : 0)
          for sample in input.indices { sum.add(input[sample][k], slope[sample][column]) }
          let isRight = sum.admits(dW[k][column], terms: rows * steps)
          #expect(isRight, "\(steps) steps of \(rows) rows: weight \(k), \(column)")
        }
      }
      let intact = dW.guardsAreIntact && db.guardsAreIntact
      #expect(intact, "\(steps) steps of \(rows) rows")
    }
  }

  /// A matrix beyond the second-level cache and rows of dy that crowd, as a large LSTM has: dy is packed, and what comes
  /// next is asked for early.
  @Test(arguments: Kernels.supported, [(3, 60), (1, 170)])
  func largeWeightGradient(_ kernels: Kernels, _ samples: (rows: Int, steps: Int)) {
    var numbers = TestNumbers(seed: 5)
    let (rows, steps) = samples, shape = ProductShape(inputs: 260, outputs: 1020)
    let input = numbers.rows(rows * steps, shape.inputs)
    let slope = numbers.rows(rows * steps, shape.outputs)
    let x = Operand(input, stride: shape.inputs), dy = Operand(slope, stride: shape.leading)
    let zeros = Array(repeating: Float(0), count: shape.outputs)
    let dW = Operand(Array(repeating: zeros, count: shape.inputs), stride: shape.leading)
    call(
      kernels.table.linear_weight_gradient, [x, dy, dW],
      sizes: [
        shape.inputs, shape.outputs, shape.leading, steps, x.stride * rows, dy.stride * rows,
      ], rows: rows)
    var wrong = 0
    for k in 0..<shape.inputs {
      let found = dW[k]
      var sums = Array(repeating: ExactSum(), count: shape.outputs)
      for (inputs, slopes) in zip(input, slope) {
        let factor = inputs[k]
        for column in sums.indices { sums[column].add(factor, slopes[column]) }
      }
      for column in sums.indices
      where !sums[column].admits(found[column], terms: rows * steps) { wrong += 1 }
    }
    #expect(wrong == 0)
    let intact = dW.guardsAreIntact
    #expect(intact)
  }

  /// The order that the documentation promises: one fma after another, last step first.
  @Test(arguments: Kernels.supported)
  func weightGradientAddsTheLastStepFirst(_ kernels: Kernels) {
    var numbers = TestNumbers(seed: 4)
    let (rows, steps) = (3, 30)
    let input = numbers.rows(rows * steps, 1), slope = numbers.rows(rows * steps, 1)
    let dW = Operand([[0]], stride: 16), db = Operand([[0]], stride: 0)
    let x = Operand(input, stride: 1), dy = Operand(slope, stride: 1)
    call(
      kernels.table.linear_weight_gradient, [x, dy, dW], sizes: [1, 1, 16, steps, rows, rows],
      rows: rows)
    call(kernels.table.row_sum, [dy, db], sizes: [1, steps, rows], rows: rows)
    var (weight, bias): (Float, Float) = (0, 0)
    for step in (0..<steps).reversed() {
      for row in 0..<rows {
        weight.addProduct(input[step * rows + row][0], slope[step * rows + row][0])
        bias += slope[step * rows + row][0]
      }
    }
    let found = (dW[0][0], db[0][0])
    #expect(found == (weight, bias))
  }

  @Test(arguments: Kernels.supported, ProductShape.all)
  func productsWithOwnMatrices(_ kernels: Kernels, _ shape: ProductShape) {
    let (m, n) = (shape.inputs, shape.outputs)
    var numbers = TestNumbers(seed: 5)
    for (rows, heads, accumulate) in [(1, 1, false), (2, 4, true), (3, 2, false), (2, 5, true)] {
      let matrix = numbers.rows(rows, m * n)
      let left = numbers.rows(rows, heads * m), right = numbers.rows(rows, heads * n)
      let a = Operand(matrix, stride: m * n + 1), result = Operand(matrix, stride: m * n + 1)
      let v = Operand(left, stride: heads * m), x = Operand(right, stride: heads * n + 3)
      let y = Operand(left, stride: heads * m + 2), z = Operand(right, stride: heads * n)
      let sizes = [m, n, heads], bit: UInt32 = accumulate ? 1 : 0
      let table = kernels.table
      call(table.matrix_vector, [a, x, y], sizes: sizes, rows: rows, accumulate: bit)
      call(table.vector_matrix, [v, a, z], sizes: sizes, rows: rows, accumulate: bit)
      call(table.outer_product, [v, x, result], sizes: sizes, rows: rows, accumulate: bit)
      // The gradient of matrix × vector makes the last two at once, to the same bits.
      let dA = Operand(matrix, stride: m * n + 1), dX = Operand(right, stride: heads * n)
      call(
        table.matrix_vector_gradient, [a, x, v, dA, dX], sizes: sizes, rows: rows,
        accumulate: accumulate ? 3 : 0)
      let same = dA.bits == result.bits && dX.bits == z.bits
      #expect(same, "gradient of matrix × vector, \(heads) heads")
      for row in 0..<rows {
        for h in 0..<heads {
          for i in 0..<m {
            var sum = ExactSum(startingFrom: accumulate ? left[row][h * m + i] : 0)
            for j in 0..<n { sum.add(matrix[row][i * n + j], right[row][h * n + j]) }
            let isRight = sum.admits(y[row][h * m + i], terms: n)
            #expect(isRight, "matrix × vector, head \(h) of \(heads), \(i)")
          }
          for j in 0..<n {
            var sum = ExactSum(startingFrom: accumulate ? right[row][h * n + j] : 0)
            for i in 0..<m { sum.add(matrix[row][i * n + j], left[row][h * m + i]) }
            let isRight = sum.admits(z[row][h * n + j], terms: m)
            #expect(isRight, "vector × matrix, head \(h) of \(heads), \(j)")
          }
        }
        for i in 0..<m {
          for j in 0..<n {
            var sum = ExactSum(startingFrom: accumulate ? matrix[row][i * n + j] : 0)
            for h in 0..<heads { sum.add(left[row][h * m + i], right[row][h * n + j]) }
            let isRight = sum.admits(result[row][i * n + j], terms: heads)
            #expect(isRight, "outer product of \(heads) heads, \(i), \(j)")
          }
        }
      }
      let intact = [y, z, result].allSatisfy(\.guardsAreIntact)
      #expect(intact, "\(rows) rows, \(heads) heads")
    }
  }
}
