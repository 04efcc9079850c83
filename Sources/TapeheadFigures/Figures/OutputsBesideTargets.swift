/// What a network should have said above what it said, for several sequences (NTM, figures 4, 5, 8).
///
/// Cells have one width in all panels, and short sequences share a row. Under each pair a mark
/// stands at every step that has a wrong bit at threshold ½.
public struct OutputsBesideTargets: Figure {
  /// One sequence: what was asked for, and what came.
  public struct Panel: Sendable {
    /// Such as "length 20".
    public var name: String
    /// Channels × steps, 0 or 1.
    public var targets: Grid
    /// Channels × steps, probabilities.
    public var outputs: Grid

    public init(_ name: String, targets: Grid, outputs: Grid) {
      (self.name, self.targets, self.outputs) = (name, targets, outputs)
    }

    /// The number of wrong bits at threshold ½ in each step; what is not a number is wrong.
    package var wrongBits: [Int] {
      (0..<targets.columns).map { step in
        (0..<targets.rows).count { row in
          let output = outputs[row, step]
          return output.isNaN || (output > 0.5) != (targets[row, step] > 0.5)
        }
      }
    }
  }

  public let title: String
  public let summary: String
  public let width: FigureWidth
  let panels: [Panel]

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - panels: In reading order; outputs of the shape of their targets.
  ///   - width: A column or a page.
  /// - Throws: `FigureError` where the shapes of a panel differ or there is none.
  public init(
    title: String, summary: String, panels: [Panel], width: FigureWidth = .page
  ) throws {
    guard !panels.isEmpty else {
      throw FigureError("“\(title)” has no panel: give at least one pair of targets and outputs.")
    }
    for panel in panels
    where panel.targets.rows != panel.outputs.rows
      || panel.targets.columns != panel.outputs.columns
    {
      throw FigureError(
        "Panel “\(panel.name)” of “\(title)” has targets of \(panel.targets.rows) × "
          + "\(panel.targets.columns) and outputs of \(panel.outputs.rows) × "
          + "\(panel.outputs.columns): give both one shape.")
    }
    (self.title, self.summary, self.width, self.panels) = (title, summary, width, panels)
  }

  private static let gap = 18.0
  private static let headingHeight = 38.0
  private static let markHeight = 5.0
  private static let rowGap = 14.0

  public func drawing(id: String) -> Drawing {
    let header = Header(title, width: width.rawValue)
    let left = 12 + estimatedWidth("outputs", size: Theme.textSize) + 8
    let inner = width.rawValue - left - 14
    let rows = rows(within: inner)
    let longest = panels.map(\.targets.columns).max() ?? 1
    let step = min(inner / Double(longest), 12)
    var elements = header.elements
    var y = header.height
    for row in rows {
      let channels = Double(row.map(\.targets.rows).max() ?? 1)
      let height = min(max(channels * min(step, 8), 40), 120)
      var x = left
      for panel in row {
        let size = Double(panel.targets.columns) * step
        let frame = Frame(x: x, y: y + Self.headingHeight, width: size, height: height)
        elements += pair(panel, frame)
        x += max(size, headingWidth(panel)) + Self.gap
      }
      elements += names(height: height, x: left - 8, y: y + Self.headingHeight)
      y += Self.headingHeight + 2 * height + 4 + Self.markHeight + 3 + Self.rowGap
    }
    return Drawing(
      width: width.rawValue, height: y, elements: elements, colourMaps: [.sequential])
  }

  /// Panels in rows, as many in each as fit beside one another.
  private func rows(within width: Double) -> [[Panel]] {
    let longest = panels.map(\.targets.columns).max() ?? 1
    let step = min(width / Double(longest), 12)
    var rows: [[Panel]] = []
    var used = Double.infinity
    for panel in panels {
      let size = max(Double(panel.targets.columns) * step, headingWidth(panel))
      if used + Self.gap + size <= width {
        rows[rows.count - 1].append(panel)
        used += Self.gap + size
      } else {
        rows.append([panel])
        used = size
      }
    }
    return rows
  }

  private func count(_ panel: Panel) -> String {
    switch panel.wrongBits.reduce(0, +) {
    case 0: "no wrong bit"
    case 1: "1 wrong bit"
    case let wrong: "\(wrong) wrong bits"
    }
  }

  private func headingWidth(_ panel: Panel) -> Double {
    max(
      estimatedWidth(panel.name, size: Theme.textSize),
      estimatedWidth(count(panel), size: Theme.tickSize))
  }

  private func pair(_ panel: Panel, _ frame: Frame) -> [Element] {
    let probability = ColourRange.sequential(0...1)
    let below = Frame(x: frame.x, y: frame.bottom + 4, width: frame.width, height: frame.height)
    let step = frame.width / Double(panel.targets.columns)
    let marks = panel.wrongBits.enumerated().filter { $0.element > 0 }.map { index, _ in
      "M\(decimal(frame.x + Double(index) * step)) \(decimal(below.bottom + 3))h\(decimal(step))"
        + "v\(decimal(Self.markHeight))h\(decimal(-step))Z"
    }
    return [
      .label(panel.name, "heading", x: frame.x, y: frame.y - 21),
      .label(count(panel), "note", x: frame.x, y: frame.y - 6),
      CellPanel(grid: panel.targets, colours: probability, frame: frame).element,
      CellPanel(grid: panel.outputs, colours: probability, frame: below).element,
    ] + (marks.isEmpty ? [] : [.path("area alarm", marks.joined())])
  }

  private func names(height: Double, x: Double, y: Double) -> [Element] {
    [
      .label("targets", "name", x: x, y: y + height / 2 + 4, anchor: .end),
      .label("outputs", "name", x: x, y: y + 1.5 * height + 8, anchor: .end),
    ]
  }
}
