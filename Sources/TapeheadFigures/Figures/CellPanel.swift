/// The cells of a grid inside a frame: the part that all heat maps share.
///
/// Cells are vector shapes in the levels of a colour map, so they follow the reader's light or
/// dark preference. All cells of one level are one path of horizontal strokes, one stroke for each
/// run of equal neighbours; the commonest level is the ground and costs nothing. A grid of noise
/// takes about 8 bytes a cell, a sharp weighting a few bytes a step.
package struct CellPanel {
  package let grid: Grid
  package let colours: ColourRange
  package let frame: Frame

  package init(grid: Grid, colours: ColourRange, frame: Frame) {
    (self.grid, self.colours, self.frame) = (grid, colours, frame)
  }

  /// The level that stands for a value that is not a number.
  private static let missing = ColourMap.levelCount

  package var element: Element {
    let levels = grid.values.map { colours.level(of: $0) ?? Self.missing }
    let ground = commonest(levels)
    let paths = runs(levels, except: ground)
    let scale = "scale(\(places(frame.width / Double(grid.columns))) "
    let transform =
      "translate(\(decimal(frame.x)) \(decimal(frame.y))) \(scale)"
      + "\(places(frame.height / Double(grid.rows)))) translate(0 .5)"
    let strokes = paths.enumerated().compactMap { level, commands in
      commands.isEmpty ? nil : Element.path(className(level), commands)
    }
    return .group(
      "cells",
      [.rectangle(frame, className(ground)), Element("g", ["transform": transform], strokes)])
  }

  private func className(_ level: Int) -> String {
    level == Self.missing ? "missing" : colours.map.className(level)
  }

  private func commonest(_ levels: [Int]) -> Int {
    var counts = [Int](repeating: 0, count: ColourMap.levelCount + 1)
    for level in levels { counts[level] += 1 }
    return counts.indices.max { counts[$0] < counts[$1] } ?? 0
  }

  /// For each level the commands of its path, in units of cells.
  private func runs(_ levels: [Int], except ground: Int) -> [String] {
    var paths = [String](repeating: "", count: ColourMap.levelCount + 1)
    var pens = [(row: Int, column: Int)](repeating: (0, 0), count: paths.count)
    for row in 0..<grid.rows {
      var column = 0
      while column < grid.columns {
        let start = column
        let level = levels[row * grid.columns + start]
        while column < grid.columns, levels[row * grid.columns + column] == level { column += 1 }
        guard level != ground else { continue }
        let pen = pens[level]
        paths[level] += "m\(start - pen.column) \(row - pen.row)h\(column - start)"
        pens[level] = (row, column)
      }
    }
    return paths
  }

  /// Scales need more digits than coordinates, because they are multiplied by hundreds of cells.
  private func places(_ value: Double) -> String {
    decimal(value, decimals: 5)
  }
}

/// A colour map beside its cells, with the values of its ends.
struct ColourBar {
  let colours: ColourRange
  let frame: Frame

  static let width = 10.0

  /// The room for the bar and its labels.
  func room() -> Double {
    Self.width + 4 + (labels.map { estimatedWidth($0.text, size: Theme.tickSize) }.max() ?? 0)
  }

  /// The labels from the top to the bottom, the middle of a diverging map among them.
  private var labels: [(place: Double, text: String)] {
    let (low, high) = colours.bounds
    let ends = [(0.0, significant(high, digits: 2)), (1.0, significant(low, digits: 2))]
    guard colours.map == .diverging, frame.height >= 3 * Theme.tickSize else { return ends }
    return ends + [(0.5, "0")]
  }

  var elements: [Element] {
    let count = ColourMap.levelCount
    let size = frame.height / Double(count)
    let steps = (0..<count).map { level in
      Element.rectangle(
        Frame(
          x: frame.x, y: frame.bottom - Double(level + 1) * size, width: Self.width, height: size),
        colours.map.className(level))
    }
    let texts = labels.map { label in
      Element.label(
        label.text, "tick", x: frame.x + Self.width + 4,
        y: frame.y + Theme.tickSize * 0.75
          + label.place * (frame.height - Theme.tickSize * 0.75))
    }
    return [.group("cells", steps)] + texts
  }
}
