/// What stands above a picture: its title and the legend of its series.
struct Header {
  /// One entry of a legend.
  struct Entry {
    var name: String
    /// Drawn in a box of 22 × 12 pixels whose top left corner is given.
    var sample: (_ x: Double, _ y: Double) -> [Element]
  }

  let elements: [Element]
  /// The room that it takes, with the gap below it.
  let height: Double

  private static let sampleWidth = 22.0
  private static let lineHeight = 18.0
  /// Bold letters are so much wider.
  private static let boldness = 1.1

  /// - Parameters:
  ///   - title: Wrapped to the width.
  ///   - legend: In rows, as many entries in each as fit.
  ///   - width: The whole width of the drawing.
  ///   - margin: What stays free at both sides.
  init(_ title: String, legend: [Entry] = [], width: Double, margin: Double = 12) {
    var elements: [Element] = []
    var y = 8.0
    for line in wrapped(
      title, size: Theme.titleSize * Self.boldness, within: width - 2 * margin)
    {
      y += Self.lineHeight
      elements.append(.label(line, "title", x: margin, y: y - 4))
    }
    var x = margin
    if !legend.isEmpty { y += 4 }
    for entry in legend {
      let size = Self.sampleWidth + 6 + estimatedWidth(entry.name, size: Theme.textSize)
      if x > margin, x + size > width - margin {
        x = margin
        y += Self.lineHeight
      }
      elements += entry.sample(x, y + 3)
      elements.append(.label(entry.name, "legend", x: x + Self.sampleWidth + 6, y: y + 13))
      x += size + 16
    }
    self.elements = elements
    height = y + (legend.isEmpty ? 8 : Self.lineHeight + 8)
  }
}
