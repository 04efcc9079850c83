import Foundation
import TapeheadEngine

// Operations element by element and sums, as plain loops in Double.

/// An operation with a second, slow and obvious, way to compute it.
protocol ReferenceOperation {
  /// The outputs from the inputs' numbers and shapes.
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]]
}

extension Affine: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [inputs[0].map { Double(factor) * $0 + Double(addend) }]
  }
}

extension Arithmetic: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (a, b) = (inputs[0], inputs[1])
    return [
      a.indices.map { index in
        let other = scalar ? b[0] : b[index]
        return switch kind {
        case .add: a[index] + other
        case .subtract: a[index] - other
        case .multiply: a[index] * other
        case .divide: a[index] / other
        }
      }
    ]
  }
}

extension Function: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [
      inputs[0].map { x in
        switch kind {
        case .copy: x
        case .exp: Foundation.exp(x)
        case .log: Foundation.log(x)
        case .tanh: Foundation.tanh(x)
        case .sigmoid: logistic(x)
        case .softplus: logOnePlusExp(x)
        case .square: x * x
        case .sqrt: x.squareRoot()
        case .relu: max(x, 0)
        }
      }
    ]
  }
}

extension Clamp: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [inputs[0].map { min(max($0, Double(lower)), Double(upper)) }]
  }
}

extension Activate: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    var made = inputs[0].map { _ in 0.0 }
    var start = 0
    for (part, place) in zip(parts, places) {
      let x = Array(inputs[0][start..<(start + part.count)])
      start += part.count
      made.replaceSubrange(place..<(place + part.count), with: applied(part.activation, x))
    }
    return [made]
  }

  private func applied(_ activation: Activation, _ x: [Double]) -> [Double] {
    switch activation {
    case .identity: x
    case .tanh: x.map { Foundation.tanh($0) }
    case .sigmoid: x.map { logistic($0) }
    case .softplus: x.map { logOnePlusExp($0) }
    case .oneplus: x.map { 1 + logOnePlusExp($0) }
    case .softmax: normalisedExponentials(x)
    case .relu: x.map { max($0, 0) }
    }
  }
}

extension Concatenate: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [inputs.flatMap { $0 }]
  }
}

extension Sum: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [[inputs[0].reduce(0, +)]]
  }
}

extension SumColumns: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (rows, columns) = (shapes[0].dimensions[0], shapes[0].dimensions[1])
    return [
      (0..<columns).map { column in total(rows) { inputs[0][$0 * columns + column] } }
    ]
  }
}

extension Dot: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [[total(inputs[0].count) { inputs[0][$0] * inputs[1][$0] }]]
  }
}

extension Broadcast: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [Array(repeating: inputs[0][0], count: shape.count)]
  }
}

// MARK: Words of the formulas

func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

func logOnePlusExp(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

func normalisedExponentials(_ x: [Double]) -> [Double] {
  let largest = x.max() ?? 0
  let powers = x.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

func total(_ count: Int, _ term: (Int) -> Double) -> Double {
  var sum = 0.0
  for index in 0..<count { sum += term(index) }
  return sum
}
