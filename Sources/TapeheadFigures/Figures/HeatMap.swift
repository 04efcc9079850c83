/// A grid of values as colours, its rows and columns named or counted.
public struct HeatMap: Figure {
  public let title: String
  public let summary: String
  public let width: FigureWidth
  let grid: Grid
  let rows: CellAxis
  let columns: CellAxis
  let colours: ColourRange
  let value: String
  let isSquare: Bool

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - grid: Rows × columns; row 0 is drawn at the top, NaN in a colour of its own.
  ///   - rows: Names, if any, for all of its rows.
  ///   - columns: Names, if any, for all of its columns.
  ///   - value: What a cell holds, with its unit.
  ///   - colours: Nil fits the range to the values.
  ///   - width: A column, or a page for long sequences.
  ///   - isSquare: Whether cells are as high as wide, for rows and columns of one kind.
  /// - Throws: `FigureError` where names and cells differ in number.
  public init(
    title: String, summary: String, grid: Grid, rows: CellAxis, columns: CellAxis,
    value: String, colours: ColourRange? = nil, width: FigureWidth = .column,
    isSquare: Bool = false
  ) throws {
    try rows.check(count: grid.rows, in: title)
    try columns.check(count: grid.columns, in: title)
    (self.title, self.summary, self.width) = (title, summary, width)
    (self.grid, self.rows, self.columns, self.value) = (grid, rows, columns, value)
    self.colours = colours ?? .fitting(grid.values)
    self.isSquare = isSquare
  }

  public func drawing(id: String) -> Drawing {
    let header = Header(title, width: width.rawValue)
    let free = min(max(Double(grid.rows) * 6, 96), width == .page ? 384 : 288)
    let rowTicks = rows.ticks(count: grid.rows, from: 0, to: free)
    let left = 8 + leftAxisWidth(rowTicks)
    let bar = ColourBar(
      colours: colours, frame: Frame(x: 0, y: header.height, width: 0, height: free))
    let right = bar.room() + 14 + Theme.textSize + 10
    let square = (width.rawValue - left - right) * Double(grid.rows) / Double(grid.columns)
    let height = isSquare ? square : free
    let frame = Frame(
      x: left, y: header.height, width: width.rawValue - left - right, height: height)
    let elements =
      header.elements
      + [CellPanel(grid: grid, colours: colours, frame: frame).element]
      + leftAxis(
        frame, ticks: rows.ticks(count: grid.rows, from: frame.y, to: frame.bottom),
        label: rows.label)
      + bottomAxis(
        frame, ticks: columns.ticks(count: grid.columns, from: frame.x, to: frame.right),
        label: columns.label)
      + ColourBar(
        colours: colours,
        frame: Frame(x: frame.right + 10, y: frame.y, width: ColourBar.width, height: height)
      ).elements
      + [.upwardLabel(value, "axis-label", x: width.rawValue - 8, y: frame.middle)]
    return Drawing(
      width: width.rawValue, height: frame.bottom + bottomAxisHeight + 6, elements: elements,
      colourMaps: [colours.map])
  }
}
