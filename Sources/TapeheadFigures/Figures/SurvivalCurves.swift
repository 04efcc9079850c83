/// The share of seeds that have solved a task, against the sequences they needed.
public struct SurvivalCurves: Figure {
  /// One configuration over its seeds.
  public struct Group: Sendable {
    public var name: String
    /// For each seed the sequences it needed, or nil where it did not solve the task.
    public var sequencesToSolve: [Double?]

    public init(_ name: String, sequencesToSolve: [Double?]) {
      (self.name, self.sequencesToSolve) = (name, sequencesToSolve)
    }

    /// What the seeds needed that solved the task within a budget, in ascending order.
    func solved(within budget: Double) -> [Double] {
      sequencesToSolve.compactMap(\.self).filter { $0 <= budget }.sorted()
    }

    /// The name, and how many seeds solved the task within a budget.
    func label(within budget: Double) -> String {
      "\(name) (\(solved(within: budget).count) of \(sequencesToSolve.count))"
    }

    /// Throws where a budget is not above zero or a group has no seed.
    static func check(_ groups: [Group], budget: Double, in title: String) throws {
      guard budget.isFinite, budget > 0 else {
        throw FigureError("“\(title)” has a budget of \(budget) sequences: give one above 0.")
      }
      if let empty = groups.first(where: { $0.sequencesToSolve.isEmpty }) {
        throw FigureError("Group “\(empty.name)” of “\(title)” has no seed: give at least one.")
      }
    }
  }

  public let title: String
  public let summary: String
  public var width: FigureWidth { curves.width }
  package let curves: Curves

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - groups: Each of at least one seed.
  ///   - budget: The sequences after which a seed counts as not solved.
  ///   - width: A column or a page.
  /// - Throws: `FigureError` where a group is empty or the budget is not above zero.
  public init(
    title: String, summary: String, groups: [Group], budget: Double, width: FigureWidth = .column
  ) throws {
    try Group.check(groups, budget: budget, in: title)
    (self.title, self.summary) = (title, summary)
    curves = try Curves(
      title: title, summary: summary,
      x: Axis("training sequences", range: 0...budget),
      y: Axis("seeds solved", unit: "%", range: 0...100),
      curves: groups.map { Self.curve($0, budget: budget) }, width: width)
  }

  public func drawing(id: String) -> Drawing {
    curves.drawing(id: id)
  }

  private static func curve(_ group: Group, budget: Double) -> Curve {
    let seeds = group.sequencesToSolve.count
    let solved = group.solved(within: budget)
    let share = { (count: Int) in 100 * Double(count) / Double(seeds) }
    let points =
      [Curve.Point(x: 0, y: 0)]
      + solved.enumerated().map { Curve.Point(x: $0.element, y: share($0.offset + 1)) }
      + [Curve.Point(x: budget, y: share(solved.count))]
    return Curve(group.label(within: budget), points: points, mark: .steps)
  }
}
