/// A frame with two scales: where curves and points are drawn.
package struct PlotArea {
  package let frame: Frame
  package let x: Scale
  package let y: Scale
  let axes: (x: Axis, y: Axis)

  /// A plot area in the room between a header and the lower edge.
  ///
  /// - Parameters:
  ///   - width: The whole width of the drawing, in pixels.
  ///   - top: Where the area begins.
  ///   - height: Its own height, without the axis below it.
  ///   - axes: What the scales show.
  ///   - values: All values on the two axes.
  package init(
    width: Double, top: Double, height: Double, axes: (x: Axis, y: Axis),
    values: (x: [Double], y: [Double])
  ) {
    let y = Scale(fitting: axes.y, values: values.y, from: top + height, to: top)
    let left = 8 + leftAxisWidth(y.ticks)
    let frame = Frame(x: left, y: top, width: width - left - 20, height: height)
    self.init(
      frame: frame, x: Scale(fitting: axes.x, values: values.x, from: frame.x, to: frame.right),
      y: y, axes: axes)
  }

  package init(frame: Frame, x: Scale, y: Scale, axes: (x: Axis, y: Axis)) {
    (self.frame, self.x, self.y, self.axes) = (frame, x, y, axes)
  }

  /// The lower edge of all that belongs to the area.
  var bottom: Double { frame.bottom + bottomAxisHeight + 6 }

  /// Grid and axes, to be drawn under the data.
  var ground: [Element] {
    let (xTicks, yTicks) = (x.ticks, y.ticks)
    return [gridLines(frame, vertical: xTicks, horizontal: yTicks)]
      + bottomAxis(frame, ticks: xTicks, label: axes.x.text)
      + leftAxis(frame, ticks: yTicks, label: axes.y.text)
  }

  /// The shapes, cut off at the edges of the area.
  ///
  /// - Parameters:
  ///   - shapes: In the pixels of the drawing.
  ///   - id: The id of the clipping path.
  /// - Returns: The clipping path and the group that it cuts.
  func clipped(_ shapes: [Element], id: String) -> [Element] {
    // Room for the half of a stroke and of a dot that stands on an edge.
    let margin = 5.0
    let edge = Frame(
      x: frame.x - margin, y: frame.y - margin, width: frame.width + 2 * margin,
      height: frame.height + 2 * margin)
    return [
      Element("clipPath", ["id": id], [.rectangle(edge, "clip")]),
      Element("g", ["clip-path": "url(#\(id))"], shapes),
    ]
  }

  /// The shapes of one curve, its band first.
  func shapes(_ curve: Curve, style: String) -> [Element] {
    let pieces = curve.points.split { !$0.x.isFinite || !$0.y.isFinite }.map(Array.init)
    let bands = pieces.flatMap { piece in
      piece.split { $0.range == nil }.map { band(Array($0), style) }
    }
    let lines = pieces.map { line($0, steps: curve.mark == .steps) }.joined()
    let points = pieces.joined()
    switch curve.mark {
    case .line, .steps:
      // A line of one point is nothing to see.
      let lonely = pieces.filter { $0.count == 1 }.joined()
      return bands + [.path("line \(style)", lines)] + dots(lonely, "dot \(style)", radius: 2.5)
    case .dashedLine, .reference:
      return bands + [.path("line dashed \(style)", lines)]
    case .dots:
      return bands + dots(points, "dot \(style)", radius: 3)
    case .rings:
      return [.path("thin \(style)", lines)] + dots(points, "ring \(style)", radius: 3)
    }
  }

  private func line(_ points: [Curve.Point], steps: Bool) -> String {
    points.enumerated().map { index, point in
      let (px, py) = (decimal(x.position(point.x)), decimal(y.position(point.y)))
      if index == 0 { return "M\(px) \(py)" }
      return steps ? "H\(px)V\(py)" : "L\(px) \(py)"
    }.joined()
  }

  private func band(_ points: [Curve.Point], _ style: String) -> Element {
    let edges = points.compactMap { point in
      point.range.map { range in
        (x: decimal(x.position(point.x)), low: edge(range.lowerBound), high: edge(range.upperBound))
      }
    }
    let upper = edges.map { "\($0.x) \($0.high)" }
    let lower = edges.reversed().map { "\($0.x) \($0.low)" }
    return .path("band \(style)", "M" + (upper + lower).joined(separator: "L") + "Z")
  }

  /// The place of an end of a band; an infinite one stands just outside of the area.
  private func edge(_ value: Double) -> String {
    let outside = 50.0
    let place = value.isFinite ? y.position(value) : frame.y - outside
    return decimal(min(max(place, frame.y - outside), frame.bottom + outside))
  }

  private func dots(
    _ points: some Sequence<Curve.Point>, _ style: String, radius: Double
  ) -> [Element] {
    points.map { point in
      .circle(style, x: x.position(point.x), y: y.position(point.y), radius: radius)
    }
  }
}
