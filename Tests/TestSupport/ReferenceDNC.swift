import TapeheadEngine

// The memory of the Differentiable Neural Computer, as plain loops in Double.

extension Retention: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let weightings = inputs[0].inRows(of: shapes[0].rowLength)
    return [
      (0..<shapes[0].rowLength).map { slot in
        weightings.indices.reduce(1.0) { $0 * (1 - inputs[1][$1] * weightings[$1][slot]) }
      }
    ]
  }
}

extension UsageUpdate: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (usage, weighting, retention) = (inputs[0], inputs[1], inputs[2])
    return [
      usage.indices.map {
        (usage[$0] + weighting[$0] - usage[$0] * weighting[$0]) * retention[$0]
      }
    ]
  }
}

extension Allocation: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let usage = inputs[0]
    let order = usage.indices.sorted { (usage[$0], $0) < (usage[$1], $1) }
    var allocation = usage
    var product = 1.0
    for slot in order {
      allocation[slot] = (1 - usage[slot]) * product
      product *= usage[slot]
    }
    // Nothing but the gradient reads the order and the products.
    return [allocation, [], []]
  }
}

extension LinkStep: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (weighting, precedence) = (inputs[1], inputs[2])
    let slots = weighting.count
    let links = inputs[0].indices.map { place in
      let (to, from) = (place / slots, place % slots)
      guard to != from else { return 0.0 }
      return (1 - weighting[to] - weighting[from]) * inputs[0][place]
        + weighting[to] * precedence[from]
    }
    let weightings = inputs[3].inRows(of: slots)
    return [
      links,
      weightings.flatMap { weighting in
        (0..<slots).map { to in total(slots) { links[to * slots + $0] * weighting[$0] } }
      },
      weightings.flatMap { weighting in
        (0..<slots).map { from in total(slots) { links[$0 * slots + from] * weighting[$0] } }
      },
    ]
  }
}

extension Precedence: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let kept = 1 - inputs[1].reduce(0, +)
    return [zip(inputs[0], inputs[1]).map { kept * $0 + $1 }]
  }
}

extension Blend: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (count, slots) = (shapes[0].dimensions[1], shapes[1].rowLength)
    let heads = shapes[0].dimensions[0]
    return [
      (0..<heads * slots).map { place in
        total(count) { mode in
          inputs[0][place / slots * count + mode] * inputs[1][mode * heads * slots + place]
        }
      }
    ]
  }
}

extension ScaleSlots: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let scales = inputs[1]
    return [inputs[0].indices.map { inputs[0][$0] * scales[$0 % scales.count] }]
  }
}

extension MaskedSimilarity: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (width, slots) = (shapes[0].dimensions[0], shapes[0].dimensions[1])
    var made: [[Double]] = [[], [], []]
    for (key, mask) in zip(inputs[1].inRows(of: width), inputs[2].inRows(of: width)) {
      let masked = zip(key, mask).map { $0 * $1 }
      made[2].append(length(masked))
      for slot in 0..<slots {
        let word = (0..<width).map { mask[$0] * inputs[0][$0 * slots + slot] }
        let product = length(masked) * length(word) + Double(epsilon.besideProduct)
        made[0].append(total(width) { masked[$0] * word[$0] } / product)
        made[1].append(length(word))
      }
    }
    return made
  }

  private func length(_ vector: [Double]) -> Double {
    let squares = total(vector.count) { vector[$0] * vector[$0] }
    return max((squares + Double(epsilon.insideRoot)).squareRoot(), Double(epsilon.floor))
  }
}
