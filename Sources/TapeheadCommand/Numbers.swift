import TapeheadTraining

// How numbers are written for people.

/// Three significant digits, without an exponent: 12.3, 0.0456, 0.
func significant(_ number: Double) -> String {
  guard number.isFinite else { return "\(number)" }
  guard number != 0 else { return "0" }
  let magnitude = abs(number)
  if magnitude < 0.00005 { return "0.0000" }
  return decimal(
    number,
    magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : magnitude >= 0.1 ? 3 : 4)
}

/// A number with a fixed count of digits after the point.
func decimal(_ number: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (abs(number) * scale).rounded()
  guard scaled < 9e15 else { return "\(number)" }
  let whole = Int(scaled)
  let text = String(whole / Int(scale))
  let sign = number < 0 && whole > 0 ? "-" : ""
  guard digits > 0 else { return sign + text }
  let rest = String(whole % Int(scale))
  return sign + text + "." + String(repeating: "0", count: digits - rest.count) + rest
}

/// 75 seconds as "1 min 15 s".
func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "unknown" }
  if seconds < 10 { return decimal(seconds, 1) + " s" }
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole) s" }
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole % 3600 / 60) min"
}

/// Spaces before a text up to a width.
func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

/// A text with spaces behind it up to a width.
func filled(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}

/// Columns of texts, the first to the left and the others to the right.
func aligned(_ rows: [[String]]) -> String {
  guard let columns = rows.map(\.count).max() else { return "" }
  let widths = (0..<columns).map { column in
    rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
  }
  return rows.map { row in
    row.enumerated().map { column, text in
      column == 0 ? filled(text, widths[0]) : padded(text, widths[column])
    }.joined(separator: "  ")
  }.joined(separator: "\n")
}

/// Prints a value, whose numbers are all finite, as one line of JSON.
func printJSON(_ value: some Encodable) {
  guard let tree = try? JSONValue(encoding: value) else {
    preconditionFailure("JSON has no number for one in \(value)")
  }
  Terminal.write(tree.text + "\n")
}
