import TapeheadFigures
import TapeheadTasks

extension Performance {
  /// Where each vector was written, against its priority, with the line that fits best (NTM,
  /// figure 17).
  func locationsFigure(_ sort: PrioritySort, head: Int) throws -> any Figure {
    let weighting = try tap("write head \(head)/weighting")
    let slots = (0..<sort.vectors).map { step in
      (0..<weighting.rows).max { weighting[$0, step] < weighting[$1, step] } ?? 0
    }
    let priorities = sort.priorities(of: 0, in: batch).map(Double.init)
    return try WriteLocations(
      title: "Write head \(head): location against priority",
      summary: "For each of \(sort.vectors) vectors the slot of the greatest write weighting, "
        + "against the vector's priority, and the straight line that fits best.",
      priorities: priorities,
      locations: unrolled(slots, circle: weighting.rows, along: priorities).map(Double.init))
  }
}

/// Slots on a circle, cut open where a straight line along `priorities` then fits best.
///
/// A slot before the cut is counted on after the circle's last one.
package func unrolled(_ slots: [Int], circle: Int, along priorities: [Double]) -> [Int] {
  func opened(at cut: Int) -> [Int] { slots.map { $0 < cut ? $0 + circle : $0 } }
  let best = ([0] + Set(slots).sorted()).max { first, second in
    // Strictly less, so that the first of equal cuts stays.
    explained(opened(at: first), by: priorities) < explained(opened(at: second), by: priorities)
  }
  return opened(at: best ?? 0)
}

/// The share of the locations' variance that a straight line explains, R²; 0 where they are all one.
private func explained(_ locations: [Int], by priorities: [Double]) -> Double {
  let values = locations.map(Double.init)
  let count = Double(values.count)
  let (meanX, meanY) = (priorities.reduce(0, +) / count, values.reduce(0, +) / count)
  var (xx, xy, yy) = (0.0, 0.0, 0.0)
  for (x, y) in zip(priorities, values) {
    xx += (x - meanX) * (x - meanX)
    xy += (x - meanX) * (y - meanY)
    yy += (y - meanY) * (y - meanY)
  }
  return xx > 0 && yy > 0 ? xy * xy / (xx * yy) : 0
}
