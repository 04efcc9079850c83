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
  ///   - width: Nil takes a page where the panels do not stand beside one another in a column.
  /// - Throws: `FigureError` where the shapes of a panel differ or there is none.
  public init(
    title: String, summary: String, panels: [Panel], width: FigureWidth? = nil
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
    (self.title, self.summary, self.panels) = (title, summary, panels)
    let column = FigureWidth.column.rawValue - Self.left(of: panels) - Self.right
    let fits = Self.rows(of: panels, within: column, step: Self.mostStep).count == 1
    self.width = width ?? (fits ? .column : .page)
  }

  /// The room left of the panels, for what their rows are.
  private static func left(of panels: [Panel]) -> Double {
    let widest = (names + panels.map(channels)).map { estimatedWidth($0, size: Theme.textSize) }
    return 12 + (widest.max() ?? 0) + 8
  }

  private static func channels(of panel: Panel) -> String {
    panel.targets.rows > 1 ? "\(panel.targets.rows) channels" : ""
  }

  private static let names = ["targets", "outputs"]
  private static let right = 14.0
  /// A step is no wider, so that cells of short sequences look like those of long ones.
  private static let mostStep = 12.0
  private static let gap = 18.0
  private static let headingHeight = 38.0
  private static let markHeight = 5.0
  private static let rowGap = 14.0

  public func drawing(id: String) -> Drawing {
    let header = Header(title, legend: legend, width: width.rawValue)
    let left = Self.left(of: panels)
    let inner = width.rawValue - left - Self.right
    let longest = panels.map(\.targets.columns).max() ?? 1
    let step = min(inner / Double(longest), Self.mostStep)
    let rows = Self.rows(of: panels, within: inner, step: step)
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
        let steps = Frame(
          x: x, y: frame.bottom + 4 + height + Self.markHeight + 4, width: size, height: 0)
        elements += bottomAxis(
          steps, ticks: time.ticks(count: panel.targets.columns, from: x, to: x + size),
          label: time.label)
        x += max(size, Self.headingWidth(panel)) + Self.gap
      }
      elements += names(
        row.first.map(Self.channels) ?? "", height: height, x: left - 8, y: y + Self.headingHeight)
      y += Self.headingHeight + 2 * height + 4 + Self.markHeight + 4 + bottomAxisHeight
      y += Self.rowGap
    }
    return Drawing(
      width: width.rawValue, height: y, elements: elements, colourMaps: [.sequential])
  }

  private let time = CellAxis("answer step")

  /// What colours and marks mean.
  private var legend: [Legend.Entry] {
    let probability = ColourRange.sequential(0...1)
    return [
      Legend.Entry(name: "target, or probability of a one: 0 to 1") { x, y in
        let count = ColourMap.levelCount
        let size = 22 / Double(count)
        let levels = (0..<count).map { level in
          Element.rectangle(
            Frame(x: x + Double(level) * size, y: y, width: size, height: 12),
            probability.map.className(level))
        }
        return [.group("cells", levels)]
      },
      Legend.Entry(name: "step with a wrong bit") { x, y in
        [.rectangle(Frame(x: x, y: y + 4, width: 22, height: Self.markHeight), "area alarm")]
      },
    ]
  }

  /// Panels in rows, as many in each as fit beside one another.
  private static func rows(of panels: [Panel], within width: Double, step: Double) -> [[Panel]] {
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

  private static func count(_ panel: Panel) -> String {
    switch panel.wrongBits.reduce(0, +) {
    case 0: "no wrong bit"
    case 1: "1 wrong bit"
    case let wrong: "\(wrong) wrong bits"
    }
  }

  private static func headingWidth(_ panel: Panel) -> Double {
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
      .label(Self.count(panel), "note", x: frame.x, y: frame.y - 6),
      CellPanel(grid: panel.targets, colours: probability, frame: frame).element,
      CellPanel(grid: panel.outputs, colours: probability, frame: below).element,
    ] + (marks.isEmpty ? [] : [.path("area alarm", marks.joined())])
  }

  private func names(_ channels: String, height: Double, x: Double, y: Double) -> [Element] {
    Self.names.enumerated().flatMap { index, name in
      let middle = y + (Double(index) + 0.5) * height + 4 * Double(index)
      return [
        Element.label(name, "name", x: x, y: middle - 2, anchor: .end),
        .label(channels, "note", x: x, y: middle + 12, anchor: .end),
      ]
    }
  }
}
