extension Curve {
  /// How the curve looks, in a box of 22 × 12 pixels: the sample of a legend.
  ///
  /// - Parameters:
  ///   - style: Its colour class.
  ///   - x: The left edge of the box.
  ///   - y: Its upper edge.
  /// - Returns: Shapes from the back to the front.
  func sample(_ style: String, x: Double, y: Double) -> [Element] {
    let middle = y + 6
    let line = "M\(decimal(x)) \(decimal(middle))h22"
    let centre = x + 11
    let hasBand = points.contains { $0.range != nil }
    let mark: [Element] =
      switch mark {
      case .line, .steps: [.path("line \(style)", line)]
      case .dashedLine, .reference: [.path("line dashed \(style)", line)]
      case .dots: [.circle("dot \(style)", x: centre, y: middle, radius: 3)]
      case .rings:
        [.path("thin \(style)", line), .circle("ring \(style)", x: centre, y: middle, radius: 3)]
      }
    guard hasBand else { return mark }
    return [.rectangle(Frame(x: x, y: y, width: 22, height: 12), "band \(style)")] + mark
  }
}
