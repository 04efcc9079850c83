/// Lines, bands and points over two axes: learning curves, generalisation, sweeps.
public struct Curves: Figure {
  public let title: String
  public let summary: String
  public let width: FigureWidth
  let x: Axis
  let y: Axis
  package let curves: [Curve]
  let height: Double

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - x: The axis below.
  ///   - y: The axis at the left.
  ///   - curves: Drawn in their order, the last one on top.
  ///   - width: A column or a page.
  /// - Throws: `FigureError` where there is nothing to draw or an axis has no sensible range.
  public init(
    title: String, summary: String, x: Axis, y: Axis, curves: [Curve],
    width: FigureWidth = .column
  ) throws {
    try self.init(
      title: title, summary: summary, x: x, y: y, curves: curves, width: width, height: 240)
  }

  init(
    title: String, summary: String, x: Axis, y: Axis, curves: [Curve], width: FigureWidth,
    height: Double
  ) throws {
    try x.check(in: title)
    try y.check(in: title)
    guard curves.contains(where: { $0.points.contains { $0.x.isFinite && $0.y.isFinite } }) else {
      throw FigureError("“\(title)” has no finite point to draw: give at least one.")
    }
    (self.title, self.summary, self.width, self.height) = (title, summary, width, height)
    (self.x, self.y, self.curves) = (x, y, curves)
  }

  public func drawing(id: String) -> Drawing {
    let styles = styles
    let legend = zip(curves, styles).map { curve, style in
      Legend.Entry(name: curve.name) { x, y in curve.sample(style, x: x, y: y) }
    }
    let header = Header(title, legend: legend, width: width.rawValue)
    let area = area(top: header.height)
    let shapes = zip(curves, styles).flatMap { area.shapes($0, style: $1) }
    return Drawing(
      width: width.rawValue, height: area.bottom,
      elements: header.elements + area.ground + area.clipped(shapes, id: "\(id)-plot"))
  }

  /// The area in which the curves stand, given where it begins.
  package func area(top: Double) -> PlotArea {
    let points = curves.flatMap(\.points)
    let ends = points.flatMap { point in
      point.range.map { [$0.lowerBound, $0.upperBound] } ?? []
    }
    return PlotArea(
      width: width.rawValue, top: top, height: height, axes: (x, y),
      values: (points.map(\.x), points.map(\.y) + ends))
  }

  /// The colour class of each curve: the one it asks for, or the next in turn.
  private var styles: [String] {
    var next = 0
    return curves.map { curve in
      guard curve.mark != .reference else { return "reference" }
      let colour = curve.colour ?? next
      if curve.colour == nil { next += 1 }
      return "s\(colour % Palette.seriesCount)"
    }
  }
}
