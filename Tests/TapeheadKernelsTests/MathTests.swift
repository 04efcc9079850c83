import Foundation
import TapeheadKernels
import Testing

/// A function of the vector math, its exact value in double precision, and what it must give where
/// rounding has no say.
struct Function: Sendable, CustomTestStringConvertible {
  let name: String
  let kernel: any KernelField
  let exact: @Sendable (Double) -> Double
  let special: [(Float, Float)]

  var testDescription: String { name }

  static let all: [Function] = [
    Function(
      name: "exp", kernel: \.exp, exact: { exp($0) },
      special: [
        (0, 1), (-0.0, 1), (.infinity, .infinity), (-.infinity, 0), (88.73, .infinity),
        (-104, 0), (.nan, .nan), (-103.9, .leastNonzeroMagnitude),
      ]),
    Function(
      name: "log", kernel: \.log, exact: { log($0) },
      special: [
        (0, -.infinity), (-0.0, -.infinity), (1, 0), (-1, .nan), (.infinity, .infinity),
        (-.infinity, .nan), (.nan, .nan), (-.leastNonzeroMagnitude, .nan),
      ]),
    Function(
      name: "tanh", kernel: \.tanh, exact: { tanh($0) },
      special: [
        (0, 0), (-0.0, -0.0), (.infinity, 1), (-.infinity, -1), (.nan, .nan), (20, 1),
        (.leastNonzeroMagnitude, .leastNonzeroMagnitude),
      ]),
    Function(
      name: "sigmoid", kernel: \.sigmoid,
      exact: { $0 < 0 ? exp($0) / (1 + exp($0)) : 1 / (1 + exp(-$0)) },
      special: [(0, 0.5), (-0.0, 0.5), (.infinity, 1), (-.infinity, 0), (.nan, .nan), (-104, 0)]),
    Function(
      name: "softplus", kernel: \.softplus, exact: { max($0, 0) + log1p(exp(-abs($0))) },
      special: [
        (.infinity, .infinity), (-.infinity, 0), (.nan, .nan), (1e30, 1e30), (-104, 0),
        (-103.9, .leastNonzeroMagnitude),
      ]),
  ]
}

/// How far a float is from an exact value, in units of the float's last place there; subnormal
/// values count in the smallest float, and what lies beyond the largest counts as infinity.
func ulps(_ value: Float, from exact: Double) -> Double {
  if value.isNaN || exact.isNaN { return value.isNaN && exact.isNaN ? 0 : .infinity }
  let nearest = Float(exact)
  if value == nearest { return 0 }
  if value.isInfinite || nearest.isInfinite {
    // Only the last float before overflow may stand for infinity, and the reverse.
    return max(abs(value), abs(nearest)) == .infinity
      && min(abs(value), abs(nearest)) >= Float.greatestFiniteMagnitude.nextDown ? 1 : .infinity
  }
  let binade = max(abs(exact), Double(Float.leastNormalMagnitude))
  let ulp = binade.binade * 0x1p-23
  return abs(Double(value) - exact) / ulp
}

@Suite struct MathTests {
  /// Every 65,521th float, of all signs and exponents, subnormal ones included; the stride is prime,
  /// so the low bits vary.
  static let sweep: [Float] = stride(from: UInt32(0), through: .max - 65_521, by: 65_521)
    .map { Float(bitPattern: $0) }

  /// Where the interesting changes are: −110 to 100 in steps of about 0.004.
  static let middle: [Float] = (0..<50_000).map { -110 + Float($0) * 0.0042 }

  @Test(arguments: Kernels.supported, Function.all)
  func isWithinTwoUlps(_ kernels: Kernels, _ function: Function) {
    for arguments in [Self.sweep, Self.middle] {
      let results = Operand([arguments.map { _ in 0 }], stride: 0)
      call(
        kernels.table[keyPath: function.kernel], [Operand(shared: arguments), results],
        sizes: [arguments.count])
      let errors = zip(arguments, results[0]).map { ulps($1, from: function.exact(Double($0))) }
      let worst = errors.indices.max { errors[$0] < errors[$1] } ?? 0
      let (error, argument) = (errors[worst], arguments[worst])
      #expect(error <= 2, "\(error) ulp at \(argument)")
    }
  }

  @Test(arguments: Kernels.supported, Function.all)
  func specialValuesAreExact(_ kernels: Kernels, _ function: Function) {
    let arguments = function.special.map(\.0)
    let results = Operand(shared: arguments.map { _ in 0 })
    call(
      kernels.table[keyPath: function.kernel], [Operand(shared: arguments), results],
      sizes: [arguments.count])
    for (pair, result) in zip(function.special, results[0]) {
      let (argument, expected) = pair
      let same = expected.isNaN ? result.isNaN : result.bitPattern == expected.bitPattern
      #expect(same, "\(function.name)(\(argument)) is \(expected), found \(result)")
    }
  }
}
