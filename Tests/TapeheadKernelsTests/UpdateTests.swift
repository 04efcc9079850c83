import Foundation
import TapeheadKernels
import Testing

/// An optimiser's kernel and its rule for one parameter in double precision: from the operands'
/// values (the gradient last) to the new values of all but the gradient.
struct Optimiser: Sendable, CustomTestStringConvertible {
  let name: String
  let kernel: any KernelField
  let operands: Int
  let constants: [Float]
  var sizes: [Int] = []
  let rule: @Sendable (_ values: [Double], _ constants: [Double]) -> [Double]

  var testDescription: String { name }

  static let all: [Optimiser] = [
    Optimiser(
      name: "Graves' RMSProp", kernel: \.graves_rmsprop, operands: 5,
      constants: [1e-2, 0.95, 0.9, 1e-4]
    ) { values, c in
      let gradient = values[4]
      let n = c[1] * values[1] + (1 - c[1]) * gradient * gradient
      let g = c[1] * values[2] + (1 - c[1]) * gradient
      let change = c[2] * values[3] - c[0] * gradient / (max(n - g * g, 0) + c[3]).squareRoot()
      return [values[0] + change, n, g, change]
    },
    torchRMSProp("RMSProp", centred: false, momentum: 0),
    torchRMSProp("centred RMSProp with momentum", centred: true, momentum: 0.9),
    torchRMSProp("RMSProp with momentum", centred: false, momentum: 0.5),
    Optimiser(
      name: "Adam", kernel: \.adam, operands: 4, constants: [1e-2, 0.9, 0.999, 1e-8, 1.5, 20]
    ) { values, c in
      let gradient = values[3]
      let m = c[1] * values[1] + (1 - c[1]) * gradient
      let v = c[2] * values[2] + (1 - c[2]) * gradient * gradient
      return [values[0] - c[0] * m * c[4] / ((v * c[5]).squareRoot() + c[3]), m, v]
    },
    Optimiser(name: "momentum", kernel: \.momentum, operands: 3, constants: [1e-2, 0.9]) {
      values, c in
      let velocity = c[1] * values[1] + values[2]
      return [values[0] - c[0] * velocity, velocity]
    },
  ]

  static func torchRMSProp(_ name: String, centred: Bool, momentum: Float) -> Optimiser {
    Optimiser(
      name: name, kernel: \.torch_rmsprop, operands: 5, constants: [1e-2, 0.99, 1e-8, momentum],
      sizes: [centred ? 1 : 0]
    ) { values, c in
      let gradient = values[4]
      let v = c[1] * values[1] + (1 - c[1]) * gradient * gradient
      let m = centred ? c[1] * values[2] + (1 - c[1]) * gradient : values[2]
      let d = (centred ? max(v - m * m, 0) : v).squareRoot() + c[2]
      let buffer = c[3] > 0 ? c[3] * values[3] + gradient / d : values[3]
      return [values[0] - c[0] * (c[3] > 0 ? buffer : gradient / d), v, m, buffer]
    }
  }
}

@Suite struct UpdateTests {
  /// Averages differ by some roundings, and a variance of differences magnifies them: the values here
  /// (means within ±0.3, squares from 0.5) keep that factor below 2, so 16·2⁻²³ of the values.
  static let bound = 16 * 0x1p-23

  @Test(arguments: Kernels.supported, Optimiser.all)
  func optimiserFollowsItsRule(_ kernels: Kernels, _ optimiser: Optimiser) {
    var numbers = TestNumbers(seed: 1)
    let isAdam = optimiser.name == "Adam"
    for count in awkwardLengths {
      let ranges: [ClosedRange<Float>] =
        isAdam ? [-1...1, -0.3...0.3, 0.5...1] : [-1...1, 0.5...1, -0.3...0.3, -1...1]
      var values = ranges.prefix(optimiser.operands - 1).map { numbers.row(count, in: $0) }
      values.append(numbers.row(count))
      let operands = values.map { Operand(shared: $0) }
      call(
        kernels.table[keyPath: optimiser.kernel], operands, sizes: [count] + optimiser.sizes,
        constants: optimiser.constants)
      for index in 0..<count {
        let exact = optimiser.rule(
          values.map { Double($0[index]) }, optimiser.constants.map { Double($0) })
        for (operand, expected) in exact.enumerated() {
          let found = operands[operand][0][index]
          let allowed = Self.bound * (abs(expected) + abs(Double(values[operand][index])))
          let isRight = abs(Double(found) - expected) <= allowed
          #expect(isRight, "length \(count), operand \(operand), \(index): \(found), \(expected)")
        }
        let gradient = operands[optimiser.operands - 1][0][index]
        #expect(gradient == values[optimiser.operands - 1][index])
      }
      let intact = operands.allSatisfy(\.guardsAreIntact)
      #expect(intact, "length \(count)")
    }
  }

  /// A constant gradient's variance is 0, and rounding must not make its root NaN.
  @Test(arguments: Kernels.supported)
  func constantGradientStaysFinite(_ kernels: Kernels) {
    let gradients = (1...64).map { 0.37 * Float($0) }
    for (kernel, constants) in [
      (kernels.table.graves_rmsprop, [1e-2, 0.95, 0.9, 1e-12] as [Float]),
      (kernels.table.torch_rmsprop, [1e-2, 0.95, 1e-8, 0.9]),
    ] {
      let operands = (0..<4).map { _ in Operand(shared: gradients.map { _ in 0 }) }
      for _ in 0..<500 {
        call(
          kernel, operands + [Operand(shared: gradients)], sizes: [64, 1], constants: constants)
      }
      let finite = operands.allSatisfy { $0[0].allSatisfy(\.isFinite) }
      #expect(finite)
    }
  }

  @Test(arguments: Kernels.supported, awkwardLengths)
  func clipAndScaleWorkInPlace(_ kernels: Kernels, _ count: Int) {
    var numbers = TestNumbers(seed: 2)
    var values = numbers.row(count, in: -30...30)
    values[0] = .infinity
    let clipped = Operand(shared: values), scaled = Operand(shared: values)
    call(kernels.table.clip_values, [clipped], sizes: [count], constants: [10])
    call(kernels.table.scale, [scaled], sizes: [count], constants: [0.3])
    let expectedClipped = values.map { min(max($0, -10), 10) }
    let expectedScaled = values.map { $0 * 0.3 }
    let found = (clipped[0], scaled[0])
    #expect(found.0 == expectedClipped)
    #expect(found.1 == expectedScaled)
    let intact = clipped.guardsAreIntact && scaled.guardsAreIntact
    #expect(intact)
  }

  @Test(arguments: Kernels.supported, awkwardLengths + [100_003])
  func sumOfSquaresIsRoundedOnce(_ kernels: Kernels, _ count: Int) {
    var numbers = TestNumbers(seed: 3)
    let values = numbers.row(count, in: -1e20...1e20)
    let result = Operand(shared: [0])
    call(
      kernels.table.sum_of_squares, [Operand(shared: values.map { $0 * 0x1p-40 }), result],
      sizes: [count])
    let exact = values.reduce(0) { $0 + Double($1) * Double($1) } * 0x1p-80
    let error = ulps(result[0][0], from: exact)
    // Half an ulp of the float, and the last bits of sums in double precision.
    #expect(error <= 0.501)
    let intact = result.guardsAreIntact
    #expect(intact)
  }

  @Test(arguments: Kernels.supported, awkwardLengths)
  func nonFiniteValuesAreCounted(_ kernels: Kernels, _ count: Int) {
    for wrong in [Float.nan, .infinity, -.infinity, .signalingNaN] {
      var values = [Float](repeating: .greatestFiniteMagnitude, count: count)
      let result = Operand(shared: [7])
      call(kernels.table.count_non_finite, [Operand(shared: values), result], sizes: [count])
      let none = result[0][0]
      #expect(none == 0)
      values[count - 1] = wrong
      values[0] = wrong
      call(kernels.table.count_non_finite, [Operand(shared: values), result], sizes: [count])
      let found = result[0][0]
      #expect(found == (count == 1 ? 1 : 2))
    }
  }
}
