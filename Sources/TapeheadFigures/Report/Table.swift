/// A table of a report: a head, and rows that begin with a heading of their own.
public struct Table: Sendable {
  /// A column's heading, and what kind of fields it has.
  public struct Column: Sendable {
    /// How its fields stand.
    public enum Kind: Sendable {
      case text
      /// Written flush right, with digits of one width.
      case number
      /// A number from a paper, set apart from ours.
      case paper
    }

    /// With the unit, such as "cost (bits per sequence)".
    public var heading: String
    public var kind: Kind

    public init(_ heading: String, _ kind: Kind = .number) {
      (self.heading, self.kind) = (heading, kind)
    }
  }

  public let caption: String
  public let columns: [Column]
  public let rows: [[String]]

  /// - Parameters:
  ///   - caption: What the table shows, with runs and seeds.
  ///   - columns: The first one names the rows.
  ///   - rows: One text for each column; empty where there is nothing to say.
  /// - Throws: `FigureError` where a row has not one cell for each column.
  public init(_ caption: String, columns: [Column], rows: [[String]]) throws {
    if let odd = rows.firstIndex(where: { $0.count != columns.count }) {
      throw FigureError(
        "Row \(odd) of table “\(caption)” has \(rows[odd].count) cells for \(columns.count) "
          + "columns: give one text a column.")
    }
    (self.caption, self.columns, self.rows) = (caption, columns, rows)
  }

  /// A table of settings and their values.
  public static func settings(
    _ caption: String, _ settings: [(name: String, value: String)]
  ) -> Table {
    Table(
      unchecked: caption, columns: [Column("setting", .text), Column("value", .text)],
      rows: settings.map { [$0.name, $0.value] })
  }

  private init(unchecked caption: String, columns: [Column], rows: [[String]]) {
    (self.caption, self.columns, self.rows) = (caption, columns, rows)
  }

  var element: Element {
    let head = columns.map { column in
      Element("th", ["scope": "col", "class": style(column.kind)], text: column.heading)
    }
    let body = rows.map { row in
      Element(
        "tr", [:],
        zip(columns, row).enumerated().map { index, cell in
          index == 0
            ? Element("th", ["scope": "row"], text: cell.1)
            : Element("td", ["class": style(cell.0.kind)], text: cell.1)
        })
    }
    let table = Element(
      "table", [:],
      [
        Element("caption", text: caption), Element("thead", [:], [Element("tr", [:], head)]),
        Element("tbody", [:], body),
      ])
    // Wide tables scroll by themselves; a part that scrolls must be reachable by keyboard.
    return Element(
      "div", ["class": "scroll", "role": "region", "tabindex": "0", "aria-label": caption],
      [table])
  }

  private func style(_ kind: Column.Kind) -> String {
    switch kind {
    case .text: "text"
    case .number: "number"
    case .paper: "number paper"
    }
  }
}
