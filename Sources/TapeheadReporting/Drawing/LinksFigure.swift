import TapeheadEngine
import TapeheadFigures
import TapeheadTasks

extension Performance {
  /// Slots whose exact links can be drawn: they are recorded for every step.
  static let mostLinkedSlots = 1_024

  /// The taps of a write head's links: the degrees and, of sparse links, the slots they come from.
  package static func linkTaps(head: Int, among taps: [String]) -> [String] {
    ["links", "linked slots"].map { "write head \(head)/\($0)" }.filter(taps.contains)
  }

  /// The temporal links of a write head after one step: which slot was written after which.
  ///
  /// - Throws: `ReportingError` for a step that the sequence lacks.
  func linksFigure(
    _ taps: [String], slots: Int, step: Int, which: String
  ) throws -> any Figure {
    try check(step)
    let links = links(taps, slots: slots, step: step)
    let linked = links.filter { $0.degree > Self.leastWeight }.flatMap { [$0.to, $0.from] }
    let shown = Self.stretch(of: linked, among: slots)
    var cells = Array(repeating: Array(repeating: 0.0, count: shown.count), count: shown.count)
    for link in links where shown.contains(link.to) && shown.contains(link.from) {
      cells[link.to - shown.lowerBound][link.from - shown.lowerBound] = link.degree
    }
    return try HeatMap(
      title: "\(type(of: task).title)\(which): links after step \(step)",
      summary: "For \(label): to what degree each slot, a row, was written right after another, "
        + "a column; slots \(shown.lowerBound) to \(shown.upperBound - 1) of \(slots).",
      grid: try Grid(cells), rows: CellAxis("slot written", first: shown.lowerBound),
      columns: CellAxis("after slot", first: shown.lowerBound), value: "link",
      colours: .sequential(0...1), isSquare: true)
  }

  /// The slots from the first to the last of some, with a margin; all slots where there are none.
  private static func stretch(of linked: [Int], among slots: Int) -> Range<Int> {
    guard let first = linked.min(), let last = linked.max() else { return 0..<slots }
    return max(0, first - margin)..<min(slots, last + 1 + margin)
  }

  /// The last step that asks for no answer, by which most is written; without one, the last step.
  var lastInputStep: Int { batch.weights.lastIndex { $0 == 0 } ?? steps - 1 }

  /// The links that are there after a step.
  package func links(
    _ taps: [String], slots: Int, step: Int
  ) -> [(to: Int, from: Int, degree: Double)] {
    let numbers = taps.map { Array(self.numbers(of: $0, step: step)) }
    return numbers[0].indices.filter { numbers[0][$0] != 0 }.map { place in
      let degree = Double(numbers[0][place])
      // Sparse links stand in planes with an entry for each slot, exact ones in rows.
      return numbers.count > 1
        ? (place % slots, Int(numbers[1][place]), degree)
        : (place / slots, place % slots, degree)
    }
  }
}
