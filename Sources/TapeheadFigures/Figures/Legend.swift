/// The names of a picture's series with a sample of each, in rows, as many in each as fit.
struct Legend {
  struct Entry {
    var name: String
    /// Drawn in a box of 22 × 12 pixels whose top left corner is given.
    var sample: (_ x: Double, _ y: Double) -> [Element]
  }

  let elements: [Element]
  /// The room that it takes; none without an entry.
  let height: Double

  private static let sampleWidth = 22.0
  /// From one row to the next, and from one line of a title.
  static let lineHeight = 18.0

  /// - Parameters:
  ///   - entries: In their order.
  ///   - left: Where rows begin.
  ///   - right: Where they end, unless one entry alone is wider.
  ///   - top: The upper edge.
  init(_ entries: [Entry], from left: Double, to right: Double, top: Double) {
    var elements: [Element] = []
    var (x, y) = (left, top)
    for entry in entries {
      let size = Self.sampleWidth + 6 + estimatedWidth(entry.name, size: Theme.textSize)
      if x > left, x + size > right {
        x = left
        y += Self.lineHeight
      }
      elements += entry.sample(x, y + 3)
      elements.append(.label(entry.name, "legend", x: x + Self.sampleWidth + 6, y: y + 13))
      x += size + 16
    }
    self.elements = elements
    self.height = entries.isEmpty ? 0 : y + Self.lineHeight - top
  }
}
