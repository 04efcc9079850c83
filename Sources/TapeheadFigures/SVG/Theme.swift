/// The style sheet of every figure: colours by custom properties, light and dark.
enum Theme {
  static let textSize = 12.0
  static let tickSize = 11.0
  static let titleSize = 14.0

  static let fonts = "system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"

  /// The rules for one figure, each scoped by the id of its root element.
  ///
  /// Dark colours are for screens only, so that a page prints light.
  static func styleSheet(id: String, colourMaps: Set<ColourMap>) -> String {
    let maps = ColourMap.allCases.filter(colourMaps.contains)
    let light = properties(.light) + maps.flatMap { levels($0, .light) }
    let dark = properties(.dark) + maps.flatMap { levels($0, .dark) }
    return scoped(light + shapes, by: id)
      + "@media screen and (prefers-color-scheme:dark){\(scoped(dark, by: id))}"
  }

  private typealias Rule = (selector: String, body: String)

  private static func scoped(_ rules: [Rule], by id: String) -> String {
    rules.map { rule in
      let selector = rule.selector.isEmpty ? "#\(id)" : "#\(id) \(rule.selector)"
      return "\(selector){\(rule.body)}"
    }.joined()
  }

  private static func properties(_ appearance: Appearance) -> [Rule] {
    let series = Palette.series(appearance).enumerated().map { "--s\($0.offset):\($0.element.hex)" }
    let fixed = [
      "--paper:\(Palette.paper(appearance).hex)", "--ink:\(Palette.ink(appearance).hex)",
      "--soft:\(Palette.soft(appearance).hex)", "--grid:\(Palette.grid(appearance).hex)",
      "--missing:\(Palette.missing(appearance).hex)", "--alarm:\(Palette.alarm(appearance).hex)",
    ]
    return [("", (fixed + series).joined(separator: ";"))]
  }

  /// One class a level; shapes take the colour as `currentColor`, for strokes and fills alike.
  private static func levels(_ map: ColourMap, _ appearance: Appearance) -> [Rule] {
    map.colours(appearance).enumerated().map { level, colour in
      (".\(map.className(level))", "color:\(colour.hex)")
    }
  }

  private static var shapes: [Rule] {
    let fixed: [Rule] = [
      ("text", "font:\(decimal(textSize))px \(fonts);fill:var(--ink)"),
      (".title", "font-size:\(decimal(titleSize))px;font-weight:600"),
      (".heading", "font-weight:600"),
      (
        ".tick",
        "font-size:\(decimal(tickSize))px;fill:var(--soft);font-variant-numeric:tabular-nums"
      ),
      (".note", "font-size:\(decimal(tickSize))px;fill:var(--soft)"),
      (".paper", "fill:var(--paper)"),
      (".axis", "stroke:var(--soft);fill:none"),
      (".grid", "stroke:var(--grid);fill:none"),
      (".median", "stroke:var(--ink);fill:none"),
      (".phase", "stroke:var(--ink);stroke-dasharray:3 3;fill:none"),
      (".cells", "fill:none;stroke-width:1;shape-rendering:crispEdges"),
      (".cells path", "stroke:currentColor"),
      (".cells rect", "fill:currentColor"),
      (".missing", "color:var(--missing)"),
      (".alarm", "color:var(--alarm)"),
      (".line", "fill:none;stroke-width:1.75;stroke-linejoin:round;stroke:currentColor"),
      (".thin", "fill:none;stroke-width:1;stroke:currentColor;opacity:.6"),
      (".reference", "color:var(--ink)"),
      (".dashed", "stroke-dasharray:6 3"),
      (".band", "fill:currentColor;opacity:.2"),
      (".dot", "fill:currentColor;stroke:none"),
      (".ring", "fill:var(--paper);stroke:currentColor;stroke-width:1.5"),
      (".area", "fill:currentColor"),
    ]
    return fixed + (0..<Palette.seriesCount).map { (".s\($0)", "color:var(--s\($0))") }
  }
}
