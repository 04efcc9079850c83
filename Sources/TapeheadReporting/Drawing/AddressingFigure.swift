import TapeheadFigures
import TapeheadTasks

extension Performance {
  /// Stages by the names of their taps, in the order in which one is made from the others.
  private static let stages = [
    ("content", "content"), ("allocation", "allocation"), ("backward", "backward"),
    ("forward", "forward"), ("interpolated", "interpolated"), ("shifted", "shifted"),
  ]

  private static func isNumbered(_ tap: String, _ stage: String) -> Bool {
    tap.hasPrefix(stage) && Int(tap.dropFirst(stage.count)) != nil
  }

  /// The taps of a head's stages of addressing, the final weighting last.
  static func addressingTaps(head: String, among taps: [String]) -> [(tap: String, name: String)] {
    // Backward and forward have a number where several write heads have links of their own.
    var found = stages.flatMap { stage, name in
      taps.filter { $0 == "\(head)/\(stage)" || isNumbered($0, "\(head)/\(stage) ") }
        .map { ($0, name + $0.dropFirst("\(head)/\(stage)".count)) }
    }
    guard !found.isEmpty, taps.contains("\(head)/weighting") else { return [] }
    let isSharpened = taps.contains("\(head)/shifted")
    found.append(("\(head)/weighting", isSharpened ? "sharpened" : "weighting"))
    return found
  }

  /// Every stage of one head's addressing in one step (NTM, equations 5 to 9).
  ///
  /// - Throws: `ReportingError` for a step that the sequence lacks.
  func addressingFigure(
    head: String, stages: [(tap: String, name: String)], step: Int
  ) throws -> any Figure {
    try check(step)
    let kind = type(of: task)
    return try AddressingStages(
      title: "\(kind.title), \(label): \(head) in step \(step)",
      summary: "The weights of all slots after each stage of addressing: "
        + stages.map(\.name).joined(separator: ", ") + ".",
      stages: stages.map { stage in
        let grid = try tap(stage.tap)
        return AddressingStages.Stage(
          stage.name, weighting: (0..<grid.rows).map { grid[$0, step] })
      })
  }
}
