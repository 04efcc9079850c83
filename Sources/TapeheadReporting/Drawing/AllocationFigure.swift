import TapeheadEngine
import TapeheadFigures
import TapeheadTasks

extension Performance {
  /// The taps that the picture of allocation shows, by strip; a strip of several has a row for each.
  ///
  /// Free gates stand there for every read head, because together they free a slot.
  static func allocationTaps(
    writeHead: Int, readHead: Int, of readHeads: Int
  ) -> [(taps: [String], name: String, rows: String)] {
    let write = "write head \(writeHead)/"
    return [
      ([write + "weighting"], "write weighting", "slots"),
      (["read head \(readHead)/weighting"], "read weighting", "slots"),
      ([write + "write gate"], "write gate", "gates"),
      ([write + "allocation gate"], "allocation gate", "gates"),
      ((0..<readHeads).map { "read head \($0)/free gate" }, "free gates", "read heads"),
      (["usage"], "usage", "slots"),
    ]
  }

  /// How slots are taken and freed: write and read weightings, gates, and the usage over time (DNC,
  /// extended data figure 1).
  func allocationFigure(
    _ shown: [(taps: [String], name: String, rows: String)], which: String
  ) throws -> any Figure {
    let probability = ColourRange.sequential(0...1)
    let input = try input()
    var strips = [
      Strip(
        "input", rows: "channels", grid: input,
        colours: input.values.allSatisfy { (0...1).contains($0) } ? probability : nil)
    ]
    let grids = try shown.map { strip in
      try Grid(
        try strip.taps.flatMap { name in
          let grid = try tap(name)
          return (0..<grid.rows).map { row in (0..<grid.columns).map { grid[row, $0] } }
        })
    }
    let used = usedSlots(of: zip(shown, grids).filter { $0.0.rows == "slots" }.map(\.1))
    for ((_, name, rows), grid) in zip(shown, grids) {
      strips.append(
        rows == "slots"
          ? try strip(name, rows: rows, grid, used: used)
          : Strip(name, rows: rows, grid: grid, colours: probability))
    }
    return try Strips(
      title: "\(type(of: task).title), \(label)\(which): slots taken and freed",
      summary: "Over \(steps) time steps, from the top: "
        + strips.map(\.name).joined(separator: ", ")
        + ". A slot is in use from a write until a read whose free gate is open.",
      strips: strips, phases: phases)
  }
}
