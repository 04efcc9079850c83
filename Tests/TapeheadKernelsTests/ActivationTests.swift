import Foundation
import TapeheadKernels
import Testing

@Suite struct ActivationTests {
  /// Segments of every kind at lengths that end inside and behind a vector; softmax twice.
  static let segments: [(length: Int, kind: th_activation)] = [
    (5, TH_ACTIVATION_TANH), (3, TH_ACTIVATION_SOFTMAX), (1, TH_ACTIVATION_SIGMOID),
    (17, TH_ACTIVATION_SOFTPLUS), (2, TH_ACTIVATION_ONEPLUS), (35, TH_ACTIVATION_SOFTMAX),
    (7, TH_ACTIVATION_IDENTITY), (20, TH_ACTIVATION_RELU),
  ]
  static let count = segments.map(\.length).reduce(0, +)
  static let sizes = sizes(placed: Array(segments.indices))
  /// The sizes of the kernel where the results stand in this order.
  static func sizes(placed order: [Int]) -> [Int] {
    var places = order
    var end = 0
    for segment in order {
      places[segment] = end
      end += segments[segment].length
    }
    return [segments.count]
      + zip(segments, places).flatMap { [$0.length, Int($0.kind.rawValue), $1] }
  }

  /// Softmax rounds its sum, its argument, its exponential and its quotient: 8·2⁻²³ of the values.
  static let bound = 8 * 0x1p-23

  static func exact(_ x: ArraySlice<Double>, _ kind: th_activation) -> [Double] {
    let largest = x.max() ?? 0
    let sum = x.reduce(0) { $0 + exp($1 - largest) }
    return x.map { x in
      switch kind {
      case TH_ACTIVATION_TANH: tanh(x)
      case TH_ACTIVATION_SIGMOID: 1 / (1 + exp(-x))
      case TH_ACTIVATION_SOFTPLUS: log1p(exp(x))
      case TH_ACTIVATION_ONEPLUS: 1 + log1p(exp(x))
      case TH_ACTIVATION_SOFTMAX: exp(x - largest) / sum
      case TH_ACTIVATION_RELU: max(x, 0)
      default: x
      }
    }
  }

  /// dx of each kind from the exact derivative.
  static func exactGradient(
    _ x: ArraySlice<Double>, _ dy: ArraySlice<Double>, _ kind: th_activation
  ) -> [Double] {
    let y = exact(x, kind)
    let mean = zip(y, dy).reduce(0) { $0 + $1.0 * $1.1 }
    return zip(zip(x, y), dy).map { values, dy in
      let (x, y) = values
      switch kind {
      case TH_ACTIVATION_TANH: return dy * (1 - y * y)
      case TH_ACTIVATION_SIGMOID: return dy * y * (1 - y)
      case TH_ACTIVATION_SOFTPLUS, TH_ACTIVATION_ONEPLUS: return dy / (1 + exp(-x))
      case TH_ACTIVATION_SOFTMAX: return y * (dy - mean)
      case TH_ACTIVATION_RELU: return x > 0 ? dy : 0
      default: return dy
      }
    }
  }

  @Test(arguments: Kernels.supported, [false, true])
  func segmentsMatchDoublePrecision(_ kernels: Kernels, _ accumulate: Bool) {
    var numbers = TestNumbers(seed: 4)
    for rows in 1...5 {
      let input = numbers.rows(rows, Self.count, in: -5...5)
      let slope = numbers.rows(rows, Self.count)
      let old = numbers.rows(rows, Self.count)
      let x = Operand(input, stride: Self.count + 3)
      let y = Operand(old, stride: Self.count + 1)
      let dy = Operand(slope, stride: Self.count + 2)
      let dx = Operand(old, stride: Self.count)
      call(
        kernels.table.activate, [x, y], sizes: Self.sizes, rows: rows,
        accumulate: accumulate ? 1 : 0)
      let plain = Operand(old, stride: Self.count + 1)
      call(kernels.table.activate, [x, plain], sizes: Self.sizes, rows: rows)
      call(
        kernels.table.activate_gradient, [x, plain, dy, dx], sizes: Self.sizes, rows: rows,
        accumulate: accumulate ? 1 : 0)
      for row in 0..<rows {
        let values = input[row].map { Double($0) }
        let slopes = slope[row].map { Double($0) }
        var start = 0
        for (length, kind) in Self.segments {
          let range = start..<start + length
          let exact = Self.exact(values[range], kind)
          let gradient = Self.exactGradient(values[range], slopes[range], kind)
          for index in range {
            let before = accumulate ? Double(old[row][index]) : 0
            let error = abs(Double(y[row][index]) - before - exact[index - start])
            #expect(error <= Self.bound * (1 + abs(exact[index - start])), "\(kind) at \(index)")
            let wrong = abs(Double(dx[row][index]) - before - gradient[index - start])
            #expect(wrong <= Self.bound * 2, "gradient of \(kind) at \(index)")
          }
          start += length
        }
      }
      let intact = [x, y, dy, dx].allSatisfy(\.guardsAreIntact)
      #expect(intact)
    }
  }

  /// Results that stand in another order are the same numbers, and so are gradients from there.
  @Test(arguments: Kernels.supported)
  func segmentsMayChangePlaces(_ kernels: Kernels) {
    var numbers = TestNumbers(seed: 6)
    let order = [3, 0, 7, 1, 2, 6, 5, 4], sizes = Self.sizes(placed: order)
    let input = numbers.rows(3, Self.count, in: -5...5), slope = numbers.rows(3, Self.count)
    let x = Operand(input, stride: Self.count), y = Operand(input, stride: Self.count)
    let dy = Operand(slope, stride: Self.count), dx = Operand(slope, stride: Self.count)
    call(kernels.table.activate, [x, y], sizes: Self.sizes, rows: 3)
    call(kernels.table.activate_gradient, [x, y, dy, dx], sizes: Self.sizes, rows: 3)
    func moved(_ rows: [[Float]]) -> [[Float]] {
      rows.map { row in
        order.flatMap { segment in
          let start = Self.segments[..<segment].reduce(0) { $0 + $1.length }
          return row[start..<start + Self.segments[segment].length]
        }
      }
    }
    let placed = Operand(input, stride: Self.count), dplaced = Operand(slope, stride: Self.count)
    let dmoved = Operand(moved(slope), stride: Self.count)
    call(kernels.table.activate, [x, placed], sizes: sizes, rows: 3)
    call(kernels.table.activate_gradient, [x, placed, dmoved, dplaced], sizes: sizes, rows: 3)
    #expect((0..<3).map { placed[$0] } == moved((0..<3).map { y[$0] }))
    #expect(dplaced.bits == dx.bits)
  }

  @Test(arguments: Kernels.supported)
  func segmentsWorkInPlace(_ kernels: Kernels) {
    var numbers = TestNumbers(seed: 5)
    let input = numbers.rows(3, Self.count), slope = numbers.rows(3, Self.count)
    let x = Operand(input, stride: Self.count), y = Operand(input, stride: Self.count)
    let dy = Operand(slope, stride: Self.count), dx = Operand(slope, stride: Self.count)
    let inPlace = Operand(input, stride: Self.count)
    call(kernels.table.activate, [x, y], sizes: Self.sizes, rows: 3)
    call(kernels.table.activate, [inPlace, inPlace], sizes: Self.sizes, rows: 3)
    let sameResult = inPlace.bits == y.bits
    #expect(sameResult)
    call(kernels.table.activate_gradient, [x, y, dy, dx], sizes: Self.sizes, rows: 3)
    let overInput = Operand(input, stride: Self.count)
    call(
      kernels.table.activate_gradient, [overInput, y, dy, overInput], sizes: Self.sizes, rows: 3)
    let sameOverInput = dx.bits == overInput.bits
    #expect(sameOverInput)
    call(kernels.table.activate_gradient, [x, y, dy, dy], sizes: Self.sizes, rows: 3)
    let sameGradient = dx.bits == dy.bits
    #expect(sameGradient)
  }
}
