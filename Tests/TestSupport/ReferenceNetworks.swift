import Foundation
import TapeheadEngine

// Products, gates and losses as plain loops in Double.

extension LinearMap: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (x, weight) = (inputs[0], inputs[1])
    let columns = shapes[1].dimensions[1]
    return [
      (0..<columns).map { column in
        total(x.count) { x[$0] * weight[(first + $0) * columns + column] }
          + (hasStart ? inputs[2][column] : 0)
      }
    ]
  }
}

extension MatrixVector: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (rows, columns) = (shapes[0].dimensions[0], shapes[0].dimensions[1])
    return [
      (0..<inputs[1].count / columns).flatMap { vector in
        (0..<rows).map { row in
          total(columns) { inputs[0][row * columns + $0] * inputs[1][vector * columns + $0] }
        }
      }
    ]
  }
}

extension VectorMatrix: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (rows, columns) = (shapes[1].dimensions[0], shapes[1].dimensions[1])
    return [
      (0..<inputs[0].count / rows).flatMap { vector in
        (0..<columns).map { column in
          total(rows) { inputs[0][vector * rows + $0] * inputs[1][$0 * columns + column] }
        }
      }
    ]
  }
}

extension OuterProduct: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (height, width) = (shapes[0].dimensions.last ?? 1, shapes[1].dimensions.last ?? 1)
    let vectors = inputs[0].count / height
    return [
      (0..<height).flatMap { row in
        (0..<width).map { column in
          total(vectors) { inputs[0][$0 * height + row] * inputs[1][$0 * width + column] }
        }
      }
    ]
  }
}

extension Softmax: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    [inputs[0].inRows(of: shapes[0].dimensions.last ?? 1).flatMap(normalisedExponentials)]
  }
}

extension LSTMGates: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let parts = inputs[0].inRows(of: inputs[1].count)
    let i = parts[0].map(logistic)
    let f = parts[1].map(logistic)
    let g = parts[2].map { tanh($0) }
    let o = parts[3].map(logistic)
    let cells = inputs[1].indices.map { f[$0] * inputs[1][$0] + i[$0] * g[$0] }
    return [i + f + g + o, cells, cells.indices.map { o[$0] * tanh(cells[$0]) }]
  }
}

extension CrossEntropy: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (logits, targets, weight) = (inputs[0], inputs[1], inputs[2][0])
    switch kind {
    case .binary:
      return [
        [weight * total(logits.count) { logOnePlusExp(logits[$0]) - logits[$0] * targets[$0] }]
      ]
    case .softmax(let group):
      let chances = logits.inRows(of: group).flatMap(normalisedExponentials)
      return [[-weight * total(logits.count) { targets[$0] * log(chances[$0]) }]]
    }
  }
}

extension [Double] {
  /// The numbers cut into rows of one length.
  func inRows(of length: Int) -> [[Double]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<($0 + length)]) }
  }
}
