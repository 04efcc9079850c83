import Foundation
import TapeheadEngine

// Addressing a memory of N slots of width M, reading from it and writing to it, as plain loops in Double.

extension CosineSimilarity: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let memory = inputs[0]
    let (width, slots) = (shapes[0].dimensions[0], shapes[0].dimensions[1])
    let lengths = (0..<slots).map { slot in
      epsilon.length((0..<width).map { memory[$0 * slots + slot] })
    }
    let keys = inputs[1].inRows(of: width)
    let keyLengths = keys.map(epsilon.length)
    let similarities = keys.indices.flatMap { key in
      (0..<slots).map { slot in
        total(width) { memory[$0 * slots + slot] * keys[key][$0] }
          / (keyLengths[key] * lengths[slot] + Double(epsilon.besideProduct))
      }
    }
    return [similarities, keyLengths, lengths]
  }
}

extension SimilarityEpsilon {
  fileprivate func length(_ vector: [Double]) -> Double {
    let squares = total(vector.count) { vector[$0] * vector[$0] }
    return max((squares + Double(insideRoot)).squareRoot(), Double(floor))
  }
}

extension ContentWeighting: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let rows = inputs[0].inRows(of: shapes[0].dimensions.last ?? 1)
    return [
      zip(rows, inputs[1]).flatMap { row, strength in
        normalisedExponentials(row.map { $0 * strength })
      }
    ]
  }
}

extension Interpolate: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let gate = inputs[0][0]
    return [zip(inputs[1], inputs[2]).map { gate * $0 + (1 - gate) * $1 }]
  }
}

extension CircularConvolution: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (weighting, slots) = (inputs[0], inputs[0].count)
    return [
      (0..<slots).map { slot in
        total(shifts.count) { tap in
          let source = (slot - shifts[tap]) % slots
          return weighting[source < 0 ? source + slots : source] * inputs[1][tap]
        }
      }
    ]
  }
}

extension Sharpen: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let powers = inputs[0].map { pow($0, inputs[1][0]) }
    let sum = powers.reduce(0, +) + Double(epsilon)
    return [powers.map { $0 / sum }]
  }
}

extension EraseAndAdd: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (width, slots) = (shapes[0].dimensions[0], shapes[0].dimensions[1])
    let weightings = inputs[1].inRows(of: slots)
    let (erases, adds) = (inputs[2].inRows(of: width), inputs[3].inRows(of: width))
    var memory = inputs[0]
    for place in memory.indices {
      let (row, slot) = (place / slots, place % slots)
      for head in weightings.indices {
        memory[place] *= 1 - erases[head][row] * weightings[head][slot]
      }
      for head in weightings.indices { memory[place] += adds[head][row] * weightings[head][slot] }
    }
    return [memory]
  }
}
