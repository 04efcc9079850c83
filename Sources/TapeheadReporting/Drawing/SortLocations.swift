import TapeheadFigures
import TapeheadTasks

extension Performance {
  /// Where each vector was written, against its priority, with the line that fits best (NTM,
  /// figure 17).
  func locationsFigure(_ sort: PrioritySort, head: Int, which: String) throws -> WriteLocations {
    let weighting = try tap("write head \(head)/weighting")
    let slots = (0..<sort.vectors).map { step in
      (0..<weighting.rows).max { weighting[$0, step] < weighting[$1, step] } ?? 0
    }
    return try WriteLocations(
      title: "\(type(of: sort).title), \(label)\(which): location against priority",
      summary: "For each of \(sort.vectors) vectors the slot of the greatest write weighting, "
        + "against the vector's priority, and the straight line that fits best. The circle of "
        + "\(weighting.rows) slots is cut open in its widest part that no vector was written to.",
      priorities: sort.priorities(of: 0, in: batch).map(Double.init),
      locations: unrolled(slots, circle: weighting.rows).map(Double.init), circle: weighting.rows)
  }
}

/// Slots on a circle, cut open in the widest gap between them.
///
/// A slot before the cut is counted on after the circle's last one.
package func unrolled(_ slots: [Int], circle: Int) -> [Int] {
  let cut = arc(around: Set(slots).sorted(), circle: circle, margin: 0).first ?? 0
  return slots.map { $0 < cut ? $0 + circle : $0 }
}
