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
    for (tap, name, rows) in Self.memoryTaps(head: head) where taps.contains(tap) {
      strips.append(
        Strip(name, rows: rows, grid: try self.tap(tap), colours: rows == "slots" ? probability : nil)
      )
    }
    let kind = type(of: task)
    let which = heads > 1 ? ", head pair \(head) of \(heads)" : ""
    return try Strips(
      title: "\(kind.title), \(label)\(which): the memory at work",
      summary: "Over \(steps) time steps, from the top: "
        + strips.map(\.name).joined(separator: ", ")
        + ". The output is left empty where no answer is asked for.",
      strips: strips, phases: phases)
  }

  /// Where answers begin and end; none where they alternate too often to be named.
  private var phases: [Phase] {
    let isAnswer = batch.weights.map { $0 > 0 }
    let changes = isAnswer.indices.filter { $0 == 0 || isAnswer[$0] != isAnswer[$0 - 1] }
    guard changes.count > 1, changes.count <= Self.mostPhases else { return [] }
    return changes.map { Phase(isAnswer[$0] ? "answer" : "input", start: $0) }
  }

  private static let mostPhases = 6
}
