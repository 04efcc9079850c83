import TapeheadEngine
import TapeheadFigures
import TapeheadTasks

extension Performance {
  /// The taps that the picture of a memory shows, as far as a model has them.
  static func memoryTaps(head: Int) -> [(tap: String, name: String, rows: String)] {
    [
      ("write head \(head)/add", "adds", "numbers"),
      ("read head \(head)/read", "reads", "numbers"),
      ("write head \(head)/weighting", "write weighting", "slots"),
      ("read head \(head)/weighting", "read weighting", "slots"),
    ]
  }

  /// The memory while it works: input, output, adds, reads, write and read weightings over time
  /// (NTM, figures 6, 9, 12 and 15).
  func memoryFigure(head: Int, which: String, taps: [String]) throws -> any Figure {
    let probability = ColourRange.sequential(0...1)
    let input = try input()
    var strips = [
      Strip(
        "input", rows: "channels", grid: input,
        colours: input.values.allSatisfy { (0...1).contains($0) } ? probability : nil),
      Strip("output", rows: "channels", grid: try answers(), colours: probability),
    ]
    let shown = Self.memoryTaps(head: head).filter { taps.contains($0.tap) }
    let weightings = try shown.filter { $0.rows == "slots" }.map { try tap($0.tap) }
    let used = usedSlots(of: weightings)
    for (tap, name, rows) in shown {
      strips.append(try strip(name, rows: rows, try self.tap(tap), used: used))
    }
    let kind = type(of: task)
    return try Strips(
      title: "\(kind.title), \(label)\(which): the memory at work",
      summary: "Over \(steps) time steps, from the top: "
        + strips.map(\.name).joined(separator: ", ")
        + ". The output is left empty where no answer is asked for; slots that no head comes near "
        + "are left out, and the first slot follows the last one.",
      strips: strips, phases: phases)
  }

  /// One strip of a picture: of something over the slots, those that are in use; of all else, all.
  func strip(_ name: String, rows: String, _ grid: Grid, used: [Int]) throws -> Strip {
    guard rows == "slots", let first = used.first, let last = used.last else {
      return Strip(name, rows: rows, grid: grid)
    }
    let range = first <= last ? "\(first)–\(last)" : "\(first)–\(grid.rows - 1), 0–\(last)"
    return Strip(
      name, rows: rows, detail: "slots \(range)", grid: try grid.rows(used),
      colours: .sequential(0...1))
  }

  /// The slots that a head comes near, with a margin and those between them.
  func usedSlots(of weightings: [Grid]) -> [Int] {
    guard let slots = weightings.first?.rows else { return [] }
    let used = (0..<slots).filter { slot in
      weightings.contains { grid in
        (0..<grid.columns).contains { grid[slot, $0] > Self.leastWeight }
      }
    }
    return arc(around: used, circle: slots, margin: Self.margin)
  }

  /// A weight below this is no more than a shade in a picture.
  static let leastWeight = 0.05
  static let margin = 2

  /// Where answers begin and end; none where they alternate too often to be named.
  var phases: [Phase] {
    let isAnswer = batch.weights.map { $0 > 0 }
    let changes = isAnswer.indices.filter { $0 == 0 || isAnswer[$0] != isAnswer[$0 - 1] }
    guard changes.count > 1, changes.count <= Self.mostPhases else { return [] }
    return changes.map { Phase(isAnswer[$0] ? "answer" : "input", start: $0) }
  }

  private static let mostPhases = 6
}

/// The shortest stretch of a circle of slots that holds all of some slots, with a margin; in order,
/// so that 0 follows the last slot where the stretch goes over it.
package func arc(around used: [Int], circle: Int, margin: Int) -> [Int] {
  // It begins behind the widest gap; of several, behind that around the circle's end.
  let gaps = used.indices.map { index in
    let next = index + 1 < used.count ? used[index + 1] : (used.first ?? 0) + circle
    return next - used[index]
  }
  guard let widest = gaps.max(), let place = gaps.lastIndex(of: widest) else {
    return Array(0..<circle)
  }
  let start = (used[place] + widest) % circle
  let end = start + circle - widest + 1
  guard end > circle else { return Array(max(0, start - margin)..<min(circle, end + margin)) }
  guard end - start + 2 * margin < circle else { return Array(0..<circle) }
  return (start - margin..<end + margin).map { ($0 + circle) % circle }
}
