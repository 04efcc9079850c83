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
    guard budget.isFinite, budget > 0 else {
      throw FigureError("“\(title)” has a budget of \(budget) sequences: give one above 0.")
    }
    guard !groups.isEmpty else {
      throw FigureError("“\(title)” has no group of seeds: give at least one.")
    }
    if let empty = groups.first(where: { $0.sequencesToSolve.isEmpty }) {
      throw FigureError("Group “\(empty.name)” of “\(title)” has no seed: give at least one.")
    }
    (self.title, self.summary, self.width) = (title, summary, width)
    (self.groups, self.budget) = (groups, budget)
  }

  // In pixels.
  private static let rowHeight = 30.0
  private static let dotRadius = 2.5
  /// Between dots that stand at one place, as long as the row has room.
  private static let stacking = 5.5
  /// The room right of the axis for the seeds that did not solve it.
  private static let unsolvedWidth = 90.0
  /// Long names are where the estimate of their width may fall short of a reader's font.
  private static let widerFonts = 1.15

  public func drawing(id: String) -> Drawing {
    let header = Header(
      title,
      legend: [
        Header.Entry(name: "a seed") { x, y in
          [.circle("dot s0", x: x + 11, y: y + 6, radius: Self.dotRadius)]
        },
        Header.Entry(name: "a seed that did not solve it") { x, y in
          [.circle("dot alarm", x: x + 11, y: y + 6, radius: Self.dotRadius)]
        },
        Header.Entry(name: "median") { x, y in
          [.line("axis", from: (x + 11, y), to: (x + 11, y + 12))]
        },
      ], width: width.rawValue)
    let height = Double(groups.count) * Self.rowHeight
    let names = groups.enumerated().map { row, group in
      Tick(
        position: header.height + (Double(row) + 0.5) * Self.rowHeight,
        label: "\(group.name) (\(solved(group).count) of \(group.sequencesToSolve.count))")
    }
    let left = 8 + Self.widerFonts * leftAxisWidth(names, hasLabel: false)
    let frame = Frame(
      x: left, y: header.height, width: width.rawValue - left - Self.unsolvedWidth, height: height)
    let scale = Scale(.linear, 0...budget, from: frame.x, to: frame.right)
    let ground =
      [gridLines(frame, vertical: scale.ticks, horizontal: names)]
      + bottomAxis(frame, ticks: scale.ticks, label: "training sequences")
      + leftAxis(frame, ticks: names, label: "")
    let rows = zip(groups, names).flatMap { group, name in
      self.row(group, at: name.position, frame, scale)
    }
    return Drawing(
      width: width.rawValue, height: frame.bottom + bottomAxisHeight + 6,
      elements: header.elements + ground + rows)
  }

  private func solved(_ group: SurvivalCurves.Group) -> [Double] {
    group.sequencesToSolve.compactMap(\.self).filter { $0 <= budget }.sorted()
  }

  /// One configuration's dots, those of one place side by side, and its median where half of the seeds solved it.
  private func row(
    _ group: SurvivalCurves.Group, at y: Double, _ frame: Frame, _ scale: Scale
  ) -> [Element] {
    let times = solved(group)
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
        "dot alarm", x: frame.right + 12 + Double(index) * step, y: y, radius: Self.dotRadius)
    }
    let middle = (group.sequencesToSolve.count + 1) / 2
    guard times.count >= middle else { return dots + unsolved }
    let x = places[middle - 1]
    let reach = Self.rowHeight / 2
    return [.line("axis", from: (x, y - reach), to: (x, y + reach))] + dots + unsolved
  }

  private func offsets(_ count: Int) -> [Double] {
    let step = min(
      Self.stacking, (Self.rowHeight - 2 * Self.dotRadius) / Double(max(count - 1, 1)))
    return (0..<count).map { (Double($0) - Double(count - 1) / 2) * step }
  }
}
