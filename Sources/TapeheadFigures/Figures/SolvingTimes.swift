/// How many sequences every single seed needed to solve a task: a dot for each, a row for each configuration.
///
/// Where a sweep has more configurations than curves can be told apart, this still shows them.
public struct SolvingTimes: Figure {
  public let title: String
  public let summary: String
  public let width: FigureWidth
  let groups: [SurvivalCurves.Group]
  let budget: Double

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - groups: From top to bottom, each of at least one seed.
  ///   - budget: The sequences after which a seed counts as not solved.
  ///   - width: A column or a page.
  /// - Throws: `FigureError` where there is no group, a group is empty or the budget is not above zero.
  public init(
    title: String, summary: String, groups: [SurvivalCurves.Group], budget: Double,
    width: FigureWidth = .page
  ) throws {
    guard !groups.isEmpty else {
      throw FigureError("“\(title)” has no group of seeds: give at least one.")
    }
    try SurvivalCurves.Group.check(groups, budget: budget, in: title)
    (self.title, self.summary, self.width) = (title, summary, width)
    (self.groups, self.budget) = (groups, budget)
  }

  // In pixels. A row is its name, and below it its dots.
  private static let nameHeight = 16.0
  private static let rowHeight = 28.0
  private static let dotRadius = 2.5
  /// Between dots that stand at one place, as long as the row has room.
  private static let stacking = 5.5
  /// The room right of the axis for the seeds that did not solve it.
  private static let unsolvedWidth = 110.0
  private static let margin = 12.0

  public func drawing(id: String) -> Drawing {
    let header = Header(
      title,
      legend: [
        Legend.Entry(name: "a seed") { x, y in
          [.circle("dot s0", x: x + 11, y: y + 6, radius: Self.dotRadius)]
        },
        Legend.Entry(name: "a seed that did not solve it") { x, y in
          [.circle("dot alarm", x: x + 11, y: y + 6, radius: Self.dotRadius)]
        },
        Legend.Entry(name: "median") { x, y in
          [.line("median", from: (x + 11, y), to: (x + 11, y + 12))]
        },
      ], width: width.rawValue)
    var (names, rows): ([Element], [Element]) = ([], [])
    var middles: [Tick] = []
    let right = width.rawValue - Self.unsolvedWidth
    let scale = Scale(.linear, 0...budget, from: Self.margin, to: right)
    var y = header.height
    for group in groups {
      let name = group.label(within: budget)
      for line in wrapped(name, size: Theme.textSize, within: width.rawValue - 2 * Self.margin) {
        y += Self.nameHeight
        names.append(.label(line, "legend", x: Self.margin, y: y - 3))
      }
      rows += row(group, at: y + Self.rowHeight / 2, right, scale)
      middles.append(Tick(position: y + Self.rowHeight / 2, label: ""))
      y += Self.rowHeight
    }
    let frame = Frame(
      x: Self.margin, y: header.height, width: right - Self.margin, height: y - header.height)
    let ground =
      [gridLines(frame, vertical: [], horizontal: middles)]
      + bottomAxis(frame, ticks: scale.ticks, label: "training sequences")
    return Drawing(
      width: width.rawValue, height: frame.bottom + bottomAxisHeight + 6,
      elements: header.elements + ground + names + rows)
  }

  /// One configuration's dots, those of one place side by side, and its median where half of the seeds solved it.
  private func row(
    _ group: SurvivalCurves.Group, at y: Double, _ right: Double, _ scale: Scale
  ) -> [Element] {
    let times = group.solved(within: budget)
    let places = times.map { scale.position($0) }
    let stacks = Dictionary(grouping: places) { ($0 / (2 * Self.dotRadius)).rounded() }
    let dots = stacks.values.sorted { $0[0] < $1[0] }.flatMap { stack in
      zip(stack, offsets(stack.count)).map { x, offset in
        Element.circle("dot s0", x: x, y: y + offset, radius: Self.dotRadius)
      }
    }
    let missing = group.sequencesToSolve.count - times.count
    let unsolved = (0..<missing).map { index in
      // Along the row, as far as there is room.
      let step = min(Self.stacking, (Self.unsolvedWidth - 24) / Double(missing))
      return Element.circle(
        "dot alarm", x: right + 12 + Double(index) * step, y: y, radius: Self.dotRadius)
    }
    let middle = (group.sequencesToSolve.count + 1) / 2
    guard times.count >= middle else { return dots + unsolved }
    let x = places[middle - 1]
    let reach = Self.rowHeight / 2
    return dots + unsolved + [.line("median", from: (x, y - reach), to: (x, y + reach))]
  }

  private func offsets(_ count: Int) -> [Double] {
    let step = min(
      Self.stacking, (Self.rowHeight - 2 * Self.dotRadius) / Double(max(count - 1, 1)))
    return (0..<count).map { (Double($0) - Double(count - 1) / 2) * step }
  }
}
