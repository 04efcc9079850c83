/// A rectangle in the user units of a drawing, which are CSS pixels at its natural size.
package struct Frame: Sendable, Equatable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  package var right: Double { x + width }
  package var bottom: Double { y + height }
  package var middle: Double { y + height / 2 }
  package var centre: Double { x + width / 2 }
}

/// Where the anchor of a text stands in it.
enum Anchor: String {
  case start
  case middle
  case end
}

// The few shapes that figures are made of. Colours come from classes: see `Theme`.
extension Element {
  static func group(_ style: String, _ children: [Element]) -> Element {
    Element("g", ["class": style], children)
  }

  static func rectangle(_ frame: Frame, _ style: String) -> Element {
    Element(
      "rect",
      [
        "class": style, "x": decimal(frame.x), "y": decimal(frame.y),
        "width": decimal(frame.width), "height": decimal(frame.height),
      ])
  }

  static func line(
    _ style: String, from start: (x: Double, y: Double), to end: (x: Double, y: Double)
  ) -> Element {
    Element(
      "line",
      [
        "class": style, "x1": decimal(start.x), "y1": decimal(start.y),
        "x2": decimal(end.x), "y2": decimal(end.y),
      ])
  }

  static func circle(_ style: String, x: Double, y: Double, radius: Double) -> Element {
    Element(
      "circle", ["class": style, "cx": decimal(x), "cy": decimal(y), "r": decimal(radius)])
  }

  static func path(_ style: String, _ commands: String) -> Element {
    Element("path", ["class": style, "d": commands])
  }

  static func label(
    _ text: String, _ style: String, x: Double, y: Double, anchor: Anchor = .start
  ) -> Element {
    Element(
      "text",
      [
        "class": style, "x": decimal(x), "y": decimal(y), "text-anchor": anchor.rawValue,
      ], text: text)
  }

  /// A text that reads upwards, centred on (x, y).
  static func upwardLabel(_ text: String, _ style: String, x: Double, y: Double) -> Element {
    Element(
      "text",
      [
        "class": style, "text-anchor": "middle",
        "transform": "translate(\(decimal(x)) \(decimal(y))) rotate(-90)",
      ], text: text)
  }
}
