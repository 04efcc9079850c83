import TapeheadEngine

// Sparse links as plain loops in Double, by way of the whole matrix.

extension KeepLargest: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let x = inputs[0]
    let places = x.indices.sorted { (-x[$0], $0) < (-x[$1], $1) }.prefix(kept).sorted()
    let sum = places.reduce(0) { $0 + x[$1] }
    let lost = sum > 0 ? (x.reduce(0, +) - sum) / sum : 0
    var made = x.map { _ in 0.0 }
    for place in places { made[place] = x[place] * (1 + lost) }
    return [made, places.map(Double.init), [lost]]
  }
}

extension SparseLinkUpdate: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let (entries, slots) = (shapes[0].dimensions[0], shapes[0].dimensions[1])
    let (weighting, precedence) = (inputs[2], inputs[4])
    let (written, preceding) = (inputs[3].map { Int($0) }, inputs[5].map { Int($0) })
    var degrees = inputs[0].map { _ in 0.0 }
    var from = inputs[1]
    for slot in 0..<slots {
      var links: [(from: Int, degree: Double)] = (0..<entries).compactMap { entry in
        let other = Int(inputs[1][entry * slots + slot])
        guard other != slot else { return nil }
        let kept = 1 - weighting[slot] - weighting[other]
        return (other, kept * inputs[0][entry * slots + slot])
      }
      if written.contains(slot) {
        for other in preceding where other != slot {
          let new = weighting[slot] * precedence[other]
          if let place = links.firstIndex(where: { $0.from == other }) {
            links[place].degree += new
          } else if new != 0 {
            links.append((other, new))
          }
        }
        links.removeAll { $0.degree == 0 }
        links = links.sorted { (-$0.degree, $0.from) < (-$1.degree, $1.from) }
          .prefix(entries).sorted { $0.from < $1.from }
      }
      for entry in 0..<entries {
        let isLink = entry < links.count
        degrees[entry * slots + slot] = isLink ? links[entry].degree : 0
        from[entry * slots + slot] = Double(isLink ? links[entry].from : slot)
      }
    }
    return [degrees, from]
  }
}

extension SparseLinkDirections: ReferenceOperation {
  func reference(_ inputs: [[Double]], _ shapes: [Shape]) -> [[Double]] {
    let slots = shapes[0].dimensions[1]
    var forward = inputs[2].map { _ in 0.0 }
    var backward = forward
    for (place, degree) in inputs[0].enumerated() {
      let (to, from) = (place % slots, Int(inputs[1][place]))
      for head in stride(from: 0, to: forward.count, by: slots) {
        forward[head + to] += degree * inputs[2][head + from]
        backward[head + from] += degree * inputs[2][head + to]
      }
    }
    return [forward, backward]
  }
}
