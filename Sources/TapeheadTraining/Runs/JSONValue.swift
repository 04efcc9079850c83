/// A JSON value that keeps what Foundation's does not: the order of names, and numbers as written.
package enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  /// A number as its JSON text, so that 64-bit integers and floats keep every digit.
  case number(String)
  case string(String)
  case array([JSONValue])
  /// The members in the order of the text; no name stands twice.
  case object([Member])

  package struct Member: Equatable, Sendable {
    package var name: String
    package var value: JSONValue

    package init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// The member called `name` of an object; nil where there is none or this is no object.
  package subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// What this is, as the end of a sentence: `found the text "abc"`.
  package var inWords: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let text): "the number \(text)"
    case .string: "the text \(text)"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
