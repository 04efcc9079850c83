/// A table as comma-separated values (RFC 4180, with plain line feeds).
public struct CommaTable: Sendable, Equatable {
  public let columns: [String]
  public private(set) var rows: [[String]] = []

  public init(columns: [String]) {
    precondition(!columns.isEmpty, "a table has at least one column")
    self.columns = columns
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
