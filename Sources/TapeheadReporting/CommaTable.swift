import TapeheadFigures

/// A table as comma-separated values (RFC 4180, with plain line feeds).
public struct CommaTable: Sendable, Equatable {
  public let columns: [String]
  public private(set) var rows: [[String]] = []

  public init(columns: [String]) {
    precondition(!columns.isEmpty, "a table has at least one column")
    self.columns = columns
  }

  /// Reads a table as `text` writes it.
  ///
  /// - Throws: `ReportingError` for a text that is none, with the line.
  public init(parsing text: String) throws {
    var lines = try Self.lines(of: text)
    guard !lines.isEmpty else {
      throw ReportingError("is empty", remedy: "give a table with a line of headings")
    }
    columns = lines.removeFirst()
    for (index, line) in lines.enumerated() where line.count != columns.count {
      throw ReportingError(
        "has \(line.count) fields in row \(index + 1) where its heading has \(columns.count)",
        remedy: "give a table that is whole")
    }
    rows = lines
  }

  /// The fields of every line; within quotes a comma or a line feed is part of a field, and two quotes are one.
  private static func lines(of text: String) throws -> [[String]] {
    var lines: [[String]] = []
    var line: [String] = []
    var field = ""
    // Every other part stands in quotes; an empty one between two of those is a quote in their text.
    let plain = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    let parts = plain.split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count.isMultiple(of: 2) == false else {
      throw ReportingError(
        "has a quote without an end", remedy: "give a table that is whole")
    }
    for (index, part) in parts.enumerated() {
      guard index.isMultiple(of: 2) else {
        field += part
        continue
      }
      if part.isEmpty, index > 0, index < parts.count - 1 { field += "\"" }
      for character in part {
        switch character {
        case ",":
          line.append(field)
          field = ""
        case "\n", "\r\n":
          lines.append(line + [field])
          (line, field) = ([], "")
        default: field.append(character)
        }
      }
    }
    return line.isEmpty && field.isEmpty ? lines : lines + [line + [field]]
  }

  /// Adds a row of one field for each column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a row has one field for each column")
    rows.append(row)
  }

  public var text: String {
    ([columns] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// A field that holds a comma, a quote or a line break stands in quotes, its own quotes doubled.
  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}

/// A number as a field of a table: empty where there is none, as short as it reads back.
func field(_ value: Int?) -> String { value.map(String.init) ?? "" }

/// The same for a measured number, with six significant digits.
func field(_ value: Double?) -> String {
  guard let value, value.isFinite else { return "" }
  return (value < 0 ? "-" : "") + significant(abs(value), digits: 6)
}
