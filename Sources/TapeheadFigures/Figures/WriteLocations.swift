/// Where a head wrote each item, against the item's priority, with the line that fits best.
///
/// A network that sorts writes to a place that is nearly a linear function of the priority (NTM,
/// figure 17).
public struct WriteLocations: Figure {
  public let title: String
  public let summary: String
  public let width: FigureWidth
  /// The least-squares line: location = intercept + slope · priority.
  public let slope: Double
  public let intercept: Double
  /// The share of the locations' variance that the line explains, R², in 0 … 1; 0 where all are one slot.
  public let explained: Double
  let points: [Curve.Point]
  private let circle: Int

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - priorities: One number an item, at least two different ones.
  ///   - locations: For each item the slot of the greatest write weighting, or its mean slot.
  ///     Slots lie on a circle; unroll them first where the line would run over its end.
  ///   - circle: The number of slots; those from it on are named as what they are again.
  ///   - width: A column or a page.
  /// - Throws: `FigureError` where the lists differ in length, or the priorities do not differ.
  public init(
    title: String, summary: String, priorities: [Double], locations: [Double],
    circle: Int, width: FigureWidth = .column
  ) throws {
    guard priorities.count == locations.count else {
      throw FigureError(
        "“\(title)” has \(priorities.count) priorities and \(locations.count) locations: "
          + "give one location an item.")
    }
    guard (priorities + locations).allSatisfy(\.isFinite), Set(priorities).count > 1 else {
      throw FigureError(
        "“\(title)” needs finite numbers and at least two different priorities to fit a line.")
    }
    (self.title, self.summary, self.width, self.circle) = (title, summary, width, circle)
    points = zip(priorities, locations).map { Curve.Point(x: $0, y: $1) }
    // slope = Σ (p − p̄)(l − l̄) / Σ (p − p̄)², and R² = slope² Σ (p − p̄)² / Σ (l − l̄)².
    let count = Double(points.count)
    let meanPriority = priorities.reduce(0, +) / count
    let meanLocation = locations.reduce(0, +) / count
    let spread = priorities.reduce(0) { $0 + ($1 - meanPriority) * ($1 - meanPriority) }
    let scatter = locations.reduce(0) { $0 + ($1 - meanLocation) * ($1 - meanLocation) }
    let common = points.reduce(0) { $0 + ($1.x - meanPriority) * ($1.y - meanLocation) }
    slope = common / spread
    intercept = meanLocation - slope * meanPriority
    explained = scatter > 0 ? common * common / (spread * scatter) : 0
  }

  /// What locations are counted in, and how a circle goes on where they go over its end.
  private var unit: String {
    points.contains { $0.y >= Double(circle) } ? "slot; \(circle) is 0 again" : "slot"
  }

  /// The tens between which the locations lie.
  private var range: ClosedRange<Double> {
    let ends = points.map { ($0.y / 10).rounded(.down) * 10 }
    return (ends.min() ?? 0)...((ends.max() ?? 0) + 10)
  }

  public func drawing(id: String) -> Drawing {
    let ends = [points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 0].map {
      Curve.Point(x: $0, y: intercept + slope * $0)
    }
    let sign = slope < 0 ? "−" : "+"
    let equation =
      "\(significant(intercept)) \(sign) \(significant(abs(slope))) · priority, "
      + "R² = \(significant(explained))"
    let line = Curve("fitted line: \(equation)", points: ends, mark: .dashedLine)
    let items = Curve("item written", points: points, mark: .dots)
    let header = Header(
      title,
      legend: [
        Legend.Entry(name: items.name) { x, y in items.sample("s0", x: x, y: y) },
        Legend.Entry(name: line.name) { x, y in line.sample("s1", x: x, y: y) },
      ], width: width.rawValue)
    let area = PlotArea(
      width: width.rawValue, top: header.height, height: 260,
      axes: (Axis("priority"), Axis("write location", unit: unit, range: range)),
      values: (points.map(\.x), (points + ends).map(\.y)))
    let shapes = area.shapes(line, style: "s1") + area.shapes(items, style: "s0")
    return Drawing(
      width: width.rawValue, height: area.bottom,
      elements: header.elements + area.ground + area.clipped(shapes, id: "\(id)-plot"))
  }
}
