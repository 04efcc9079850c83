/// One strip of a figure: a tap over time.
public struct Strip: Sendable {
  /// Written at its left, such as "write weighting".
  public var name: String
  /// What its rows are, such as "slots"; their number is written before it.
  public var rows: String
  /// Written in place of both, such as "slots 0–43"; nil where the number says enough.
  public var detail: String?
  /// Rows × time steps.
  public var grid: Grid
  /// Nil fits the range to the values.
  public var colours: ColourRange?

  public init(
    _ name: String, rows: String, detail: String? = nil, grid: Grid, colours: ColourRange? = nil
  ) {
    (self.name, self.rows, self.detail) = (name, rows, detail)
    (self.grid, self.colours) = (grid, colours)
  }

  var range: ColourRange { colours ?? .fitting(grid.values) }

  /// Few rows are drawn high enough to be told apart, many rows flat enough for a page.
  var height: Double {
    min(max(Double(grid.rows) * 5, 36), 192)
  }

  /// "8 channels", or nothing for a single row.
  var count: String { detail ?? (grid.rows > 1 ? "\(grid.rows) \(rows)" : "") }
}

/// A stretch of a sequence, named above the strips: "input", "recall".
public struct Phase: Sendable {
  public var name: String
  /// The first time step that belongs to it.
  public var start: Int

  public init(_ name: String, start: Int) {
    (self.name, self.start) = (name, start)
  }
}

/// Several heat maps under one another that share their time axis.
///
/// Input, output, adds, reads, write and read weightings make the picture of a memory while it
/// works (NTM, figures 6, 9, 12 and 15).
public struct Strips: Figure {
  public let title: String
  public let summary: String
  public let width: FigureWidth
  let strips: [Strip]
  let phases: [Phase]
  let time: CellAxis

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - strips: From the top down, all of one number of columns.
  ///   - phases: By their start; may be empty.
  ///   - time: The common axis below all strips.
  ///   - width: Nil takes a page where a column is too narrow for the steps.
  /// - Throws: `FigureError` where strips differ in length, or a phase starts outside.
  public init(
    title: String, summary: String, strips: [Strip], phases: [Phase] = [],
    time: CellAxis = CellAxis("time step"), width: FigureWidth? = nil
  ) throws {
    guard let steps = strips.first?.grid.columns else {
      throw FigureError("“\(title)” has no strip: give at least one.")
    }
    if let other = strips.first(where: { $0.grid.columns != steps }) {
      throw FigureError(
        "Strip “\(other.name)” of “\(title)” has \(other.grid.columns) steps and "
          + "“\(strips[0].name)” has \(steps): give all strips the same steps.")
    }
    if let phase = phases.first(where: { !(0..<steps).contains($0.start) }) {
      throw FigureError(
        "Phase “\(phase.name)” of “\(title)” starts at step \(phase.start) of \(steps): "
          + "start it within 0..<\(steps).")
    }
    try time.check(count: steps, in: title)
    (self.title, self.summary, self.strips, self.time) = (title, summary, strips, time)
    self.phases = phases.sorted { $0.start < $1.start }
    self.width = width ?? (steps > 64 ? .page : .column)
  }

  public func drawing(id: String) -> Drawing {
    let header = Header(title, width: width.rawValue)
    let stack = StripStack(
      strips: strips, phases: phases, top: header.height, width: width.rawValue)
    let axis = Frame(
      x: stack.frame.x, y: stack.frame.bottom + 4, width: stack.frame.width, height: 0)
    let ticks = time.ticks(
      count: strips[0].grid.columns, from: stack.frame.x, to: stack.frame.right)
    return Drawing(
      width: width.rawValue, height: axis.bottom + bottomAxisHeight + 6,
      elements: header.elements + stack.elements
        + bottomAxis(axis, ticks: ticks, label: time.label),
      colourMaps: Set(strips.map(\.range.map)))
  }
}
