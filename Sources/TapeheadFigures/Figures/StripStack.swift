/// The strips of a figure without its title and time axis.
struct StripStack {
  let strips: [Strip]
  let phases: [Phase]
  let width: Double
  /// What the cells of all strips cover together.
  let frame: Frame
  private let cells: [Frame]
  private let names: [[String]]

  private static let gap = 12.0
  private static let nameLine = 14.0

  /// - Parameters:
  ///   - strips: At least one, all of one number of columns.
  ///   - phases: In their order in time.
  ///   - fixed: The height of every strip; nil takes what each asks for.
  ///   - top: Where the stack begins, in pixels.
  ///   - width: The whole width of the drawing.
  init(
    strips: [Strip], phases: [Phase], height fixed: Double? = nil, top: Double, width: Double
  ) {
    (self.strips, self.phases, self.width) = (strips, phases, width)
    let limit = width > FigureWidth.column.rawValue ? 150.0 : 96
    names = strips.map { wrapped($0.name, size: Theme.textSize, within: limit) }
    let widest = zip(names, strips).flatMap { lines, strip in
      lines.map { estimatedWidth($0, size: Theme.textSize) }
        + [estimatedWidth(strip.count, size: Theme.tickSize)]
    }.max()
    let left = 12 + (widest ?? 0) + 10
    let right = strips.map { strip in
      ColourBar(colours: strip.range, frame: Frame(x: 0, y: 0, width: 0, height: strip.height))
        .room()
    }.max()
    let inner = width - left - (right ?? 0) - 18
    var y = top + (phases.isEmpty ? 0 : Self.nameLine)
    var cells: [Frame] = []
    for (strip, lines) in zip(strips, names) {
      let text = Self.nameLine * Double(lines.count + (strip.count.isEmpty ? 0 : 1))
      let height = max(fixed ?? strip.height, text)
      cells.append(Frame(x: left, y: y, width: inner, height: height))
      y += height + Self.gap
    }
    self.cells = cells
    frame = Frame(x: left, y: top, width: inner, height: y - Self.gap - top)
  }

  var elements: [Element] {
    let parts = strips.indices.flatMap { index in
      let cell = cells[index]
      let bar = Frame(x: cell.right + 8, y: cell.y, width: ColourBar.width, height: cell.height)
      let range = strips[index].range
      return [CellPanel(grid: strips[index].grid, colours: range, frame: cell).element]
        + name(index) + ColourBar(colours: range, frame: bar).elements
    }
    return parts + phaseMarks
  }

  private func name(_ index: Int) -> [Element] {
    let x = frame.x - 10
    let lines = names[index]
    let count = strips[index].count
    let all = lines.count + (count.isEmpty ? 0 : 1)
    let top = cells[index].middle - Self.nameLine * Double(all) / 2
    let texts = lines.enumerated().map { line, text in
      Element.label(
        text, "name", x: x, y: top + Self.nameLine * (Double(line) + 0.78), anchor: .end)
    }
    guard !count.isEmpty else { return texts }
    let y = top + Self.nameLine * (Double(lines.count) + 0.78)
    return texts + [.label(count, "note", x: x, y: y, anchor: .end)]
  }

  /// A line where a phase begins, but not at the very start, and its name at the top.
  private var phaseMarks: [Element] {
    let step = frame.width / Double(strips[0].grid.columns)
    return phases.flatMap { phase -> [Element] in
      let x = frame.x + Double(phase.start) * step
      let text = Element.label(
        phase.name, "note", x: x + (phase.start == 0 ? 0 : 3), y: frame.y + 9)
      guard phase.start > 0 else { return [text] }
      return [text, .line("phase", from: (x, frame.y), to: (x, frame.bottom + 4))]
    }
  }
}
