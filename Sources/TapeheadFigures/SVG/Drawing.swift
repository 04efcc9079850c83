/// What a figure draws: its size and its shapes, not yet an SVG document.
public struct Drawing: Sendable {
  package var width: Double
  package var height: Double
  package var elements: [Element]
  /// The colour maps whose classes the shapes use.
  package var colourMaps: Set<ColourMap>

  package init(
    width: Double, height: Double, elements: [Element], colourMaps: Set<ColourMap> = []
  ) {
    self.width = width
    self.height = height
    self.elements = elements
    self.colourMaps = colourMaps
  }
}

/// A figure: data in the shape that one kind of picture needs, and how to draw it.
public protocol Figure: Sendable {
  /// A few words, drawn above the picture and read out as its name.
  var title: String { get }

  /// A sentence that says what is to be seen, for readers who cannot see it.
  var summary: String { get }

  /// How much room the figure wants on a page.
  var width: FigureWidth { get }

  /// Draws the figure.
  ///
  /// - Parameter id: Prefix of every id inside, unique on the page.
  /// - Returns: Shapes and the size of the room that they fill.
  func drawing(id: String) -> Drawing
}

/// The two natural widths of a figure, in pixels.
public enum FigureWidth: Double, Sendable {
  /// Half a page: still readable when a telephone shrinks it to its own width.
  case column = 480
  /// The whole page, for long sequences.
  case page = 960
}

extension Figure {
  /// The figure as an SVG document that follows the light or dark preference of its reader.
  ///
  /// It stands alone as a file, in an `<img>`, or inlined in a page: every rule of its style sheet
  /// and every id in it begins with `id`. The same figure gives the same bytes.
  ///
  /// - Parameter id: A name unique on the page; all but ASCII letters, digits, "-" and "_" become
  ///   "-".
  /// - Returns: Well-formed XML, without a declaration so that it can stand in a page.
  public func svg(id: String = "figure") -> String {
    let id = identifier(id)
    let drawing = drawing(id: id)
    let style = Element(
      "style", nodes: [.verbatim(Theme.styleSheet(id: id, colourMaps: drawing.colourMaps))])
    let background = Element.rectangle(
      Frame(x: 0, y: 0, width: drawing.width, height: drawing.height), "paper")
    return Element(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "id": id,
        "viewBox": "0 0 \(decimal(drawing.width)) \(decimal(drawing.height))",
        "width": decimal(drawing.width), "height": decimal(drawing.height),
        "role": "img", "aria-labelledby": "\(id)-title \(id)-desc",
      ],
      [
        Element("title", ["id": "\(id)-title"], text: title),
        Element("desc", ["id": "\(id)-desc"], text: summary),
        style, background,
      ] + drawing.elements
    ).text + "\n"
  }
}

/// The name with every character that an id and a CSS selector cannot hold replaced by "-".
package func identifier(_ name: String) -> String {
  let allowed = name.unicodeScalars.map { scalar -> Character in
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": Character(scalar)
    default: "-"
    }
  }
  guard let first = allowed.first, first.isLetter else { return "figure-" + String(allowed) }
  return String(allowed)
}
