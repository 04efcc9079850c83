extension JSONValue {
  /// The value on one line, without spaces.
  package var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): text
    case .string(let string): JSONValue.quoted(string)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.map { "\(JSONValue.quoted($0.name)):\($0.value.text)" }.joined(separator: ",")
        + "}"
    }
  }

  /// The value for people: a member a line, two spaces a level, lists of plain values on one line.
  package var pretty: String { pretty(indentation: "") + "\n" }

  private func pretty(indentation: String) -> String {
    let inner = indentation + "  "
    let lines: [String]
    let brackets: (open: String, close: String)
    switch self {
    case .object(let members) where !members.isEmpty:
      brackets = ("{", "}")
      lines = members.map {
        "\(JSONValue.quoted($0.name)): \($0.value.pretty(indentation: inner))"
      }
    case .array(let elements) where elements.contains(where: \.isNested):
      brackets = ("[", "]")
      lines = elements.map { $0.pretty(indentation: inner) }
    case .array(let elements):
      return "[" + elements.map(\.text).joined(separator: ", ") + "]"
    default:
      return text
    }
    let body = lines.map { inner + $0 }.joined(separator: ",\n")
    return "\(brackets.open)\n\(body)\n\(indentation)\(brackets.close)"
  }

  private var isNested: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  private static func quoted(_ string: String) -> String {
    var quoted = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{08}": quoted += "\\b"
      case "\u{0C}": quoted += "\\f"
      case "\u{00}"..<"\u{20}":
        quoted += (scalar.value < 16 ? "\\u000" : "\\u00") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
