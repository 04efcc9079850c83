/// One setting and the values to try, as `--vary path=a,b,c` gives them.
public struct Variation: Sendable, Equatable {
  public let path: String
  public let values: [String]

  /// Reads `path=a,b,c`; commas inside brackets belong to a value.
  ///
  /// - Throws: `ReportingError` for a text that is none, or a value that stands twice.
  public init(_ text: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let remedy = "write --vary path=a,b,c, such as --vary memory.initial=constant,random"
    guard parts.count == 2, !parts[0].isEmpty else {
      throw ReportingError("--vary \(text) names no setting and values", remedy: remedy)
    }
    var values = [""]
    var depth = 0
    for character in parts[1] {
      if "[{".contains(character) { depth += 1 }
      if "]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        values.append("")
      } else {
        values[values.count - 1].append(character)
      }
    }
    guard !values.contains("") else {
      throw ReportingError("--vary \(text) has an empty value", remedy: remedy)
    }
    guard Set(values).count == values.count else {
      throw ReportingError("--vary \(text) has a value twice", remedy: "leave one of them out")
    }
    self.path = String(parts[0])
    self.values = values
  }

  /// Every combination of one value for each variation, the last varying fastest.
  static func combinations(of variations: [Variation]) -> [[String]] {
    variations.reduce([[]]) { rows, variation in
      rows.flatMap { row in variation.values.map { row + [$0] } }
    }
  }

  /// `path=value`, or of an object what it sets, as a reader would write it.
  static func title(_ path: String, _ value: String) -> String {
    guard value.hasPrefix("{"), value.hasSuffix("}") else { return "\(path)=\(value)" }
    let inside = value.dropFirst().dropLast()
    guard !inside.isEmpty else { return "\(path) as it is" }
    var text = ""
    for character in inside {
      switch character {
      case "\"", "}": continue
      // The path goes on into an inner object.
      case "{": text = text.dropLast() + "."
      case ":": text += "="
      case ",": text += ", "
      default: text.append(character)
      }
    }
    return text
  }
}
