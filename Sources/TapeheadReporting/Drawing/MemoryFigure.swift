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
  func memoryFigure(head: Int, of heads: Int, taps: [String]) throws -> any Figure {
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
      let grid = try self.tap(tap)
      strips.append(
        rows == "slots"
          ? Strip(
            name, rows: used.count < grid.rows ? "of \(grid.rows) slots" : rows,
            grid: try grid.rows(used), colours: probability)
          : Strip(name, rows: rows, grid: grid))
    }
    let kind = type(of: task)
    let which = heads > 1 ? ", head pair \(head) of \(heads)" : ""
    return try Strips(
      title: "\(kind.title), \(label)\(which): the memory at work",
      summary: "Over \(steps) time steps, from the top: "
        + strips.map(\.name).joined(separator: ", ")
        + ". The output is left empty where no answer is asked for, and slots that no head comes "
        + "near are left out.",
      strips: strips, phases: phases)
  }

  /// The slots from the first to the last that a head comes near, with a margin.
  private func usedSlots(of weightings: [Grid]) -> Range<Int> {
    guard let slots = weightings.first?.rows else { return 0..<0 }
    let used = (0..<slots).filter { slot in
      weightings.contains { grid in
        (0..<grid.columns).contains { grid[slot, $0] > Self.leastWeight }
      }
    }
    guard let first = used.first, let last = used.last else { return 0..<slots }
    return max(0, first - Self.margin)..<min(slots, last + 1 + Self.margin)
  }

  /// A weight below this is no more than a shade in a picture.
  private static let leastWeight = 0.05
  private static let margin = 2

  /// Where answers begin and end; none where they alternate too often to be named.
  private var phases: [Phase] {
    let isAnswer = batch.weights.map { $0 > 0 }
    let changes = isAnswer.indices.filter { $0 == 0 || isAnswer[$0] != isAnswer[$0 - 1] }
    guard changes.count > 1, changes.count <= Self.mostPhases else { return [] }
    return changes.map { Phase(isAnswer[$0] ? "answer" : "input", start: $0) }
  }

  private static let mostPhases = 6
}
