/// What stands above a picture: its title and the legend of its series.
struct Header {
  let elements: [Element]
  /// The room that it takes, with the gap below it.
  let height: Double

  /// Bold letters are so much wider.
  private static let boldness = 1.15

  /// - Parameters:
  ///   - title: Wrapped to the width.
  ///   - legend: Below it.
  ///   - width: The whole width of the drawing.
  ///   - margin: What stays free at both sides.
  init(_ title: String, legend: [Legend.Entry] = [], width: Double, margin: Double = 12) {
    var elements: [Element] = []
    var y = 8.0
    for line in wrapped(
      title, size: Theme.titleSize * Self.boldness, within: width - 2 * margin)
    {
      y += Legend.lineHeight
      elements.append(.label(line, "title", x: margin, y: y - 4))
    }
    if !legend.isEmpty { y += 4 }
    let legend = Legend(legend, from: margin, to: width - margin, top: y)
    self.elements = elements + legend.elements
    self.height = y + legend.height + 8
  }
}
