/// Where and why a text is no JSON.
package struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
  /// Counted from 1.
  package let line: Int
  /// Counted from 1, in characters of the text (Unicode scalars).
  package let column: Int
  package let problem: String

  package var description: String { "line \(line), column \(column): \(problem)" }
}

/// Reads JSON as RFC 8259 defines it and nothing beyond; a name twice in one object is an error.
///
/// Foundation's reader takes the last of two equal names and loses their order, and a safetensors
/// header must be refused for the first; that is why this exists. Any bytes are safe to give.
package struct JSONParser {
  /// Deeper nesting is an error, so that hostile bytes cannot use up the stack.
  private static let greatestDepth = 64

  private let bytes: [UInt8]
  private var position = 0

  /// Reads the one value that `bytes` hold, with blanks around it.
  ///
  /// - Throws: `JSONSyntaxError`.
  package static func parse(_ bytes: some Sequence<UInt8>) throws -> JSONValue {
    var parser = JSONParser(bytes: Array(bytes))
    let value = try parser.value(depth: 0)
    guard parser.peek() == nil else { throw parser.error("nothing may follow the value") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func value(depth: Int) throws -> JSONValue {
    guard depth < JSONParser.greatestDepth else { throw error("this is nested too deeply") }
    guard let next = peek() else { throw error("a value is missing at the end") }
    switch next {
    case "{": return try object(depth: depth)
    case "[": return try array(depth: depth)
    case "\"": return .string(try string())
    case "-", "0"..."9": return .number(try number())
    default: return try word()
    }
  }

  private mutating func object(depth: Int) throws -> JSONValue {
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    position += 1
    if take("}") { return .object(members) }
    repeat {
      guard peek() == "\"" else { throw error("a name in quotes should stand here") }
      let start = position
      let name = try string()
      guard names.insert(name).inserted else {
        position = start
        throw error("the name \(JSONValue.string(name).text) stands twice in one object")
      }
      guard take(":") else { throw error("a ':' should follow the name") }
      members.append(JSONValue.Member(name, try value(depth: depth + 1)))
    } while take(",")
    guard take("}") else { throw error("a ',' or '}' should stand here") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws -> JSONValue {
    var elements: [JSONValue] = []
    position += 1
    if take("]") { return .array(elements) }
    repeat { elements.append(try value(depth: depth + 1)) } while take(",")
    guard take("]") else { throw error("a ',' or ']' should stand here") }
    return .array(elements)
  }

  private mutating func word() throws -> JSONValue {
    let words: [(String, JSONValue)] = [
      ("true", .bool(true)), ("false", .bool(false)), ("null", .null),
    ]
    for (word, value) in words where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw error("no value starts like this")
  }

  /// The text of a number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
  private mutating func number() throws -> String {
    let start = position
    skip("-")
    if !skip("0") { try digits() }
    if skip(".") { try digits() }
    if skip("e") || skip("E") {
      if !skip("+") { skip("-") }
      try digits()
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func digits() throws {
    let start = position
    while position < bytes.count, "0"..."9" ~= Unicode.Scalar(bytes[position]) { position += 1 }
    guard position > start else { throw error("a digit should stand here") }
  }

  private mutating func string() throws -> String {
    let start = position
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      switch Unicode.Scalar(bytes[position]) {
      case "\"":
        position += 1
        guard let string = String(validating: content, as: UTF8.self) else {
          position = start
          throw error("this text is not valid UTF-8")
        }
        return string
      case "\\":
        content += String(try escape()).utf8
      case "\u{00}"..<"\u{20}":
        throw error("a control character must be written as an escape")
      default:
        content.append(bytes[position])
        position += 1
      }
    }
    position = start
    throw error("the text that starts here has no closing quote")
  }

  private mutating func escape() throws -> Unicode.Scalar {
    let start = position
    position += 2
    guard position <= bytes.count else { throw error("the text ends in an escape") }
    switch Unicode.Scalar(bytes[position - 1]) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{08}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      var code = try fourHexDigits()
      // A character above U+FFFF is written as a pair of surrogates.
      if (0xD800..<0xDC00).contains(code), skip("\\"), skip("u") {
        let low = try fourHexDigits()
        if (0xDC00..<0xE000).contains(low) {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
      }
      if let scalar = Unicode.Scalar(code) { return scalar }
    default: break
    }
    position = start
    throw error("this is no valid escape")
  }

  private mutating func fourHexDigits() throws -> UInt32 {
    let end = position + 4
    guard end <= bytes.count,
      bytes[position..<end].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let code = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits should stand here") }
    position = end
    return code
  }

  /// The next byte after blanks, which are passed over; nil at the end.
  private mutating func peek() -> Unicode.Scalar? {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
    return position < bytes.count ? Unicode.Scalar(bytes[position]) : nil
  }

  /// Passes over blanks, and then over `symbol` if it stands next.
  private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
    peek() != nil && skip(symbol)
  }

  /// Passes over `symbol` if it stands exactly here.
  @discardableResult
  private mutating func skip(_ symbol: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: symbol) else { return false }
    position += 1
    return true
  }

  private func error(_ problem: String) -> JSONSyntaxError {
    let before = bytes[..<min(position, bytes.count)]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONSyntaxError(
      line: before.count { $0 == 0x0A } + 1,
      // Bytes 10xxxxxx continue a character.
      column: before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1,
      problem: problem)
  }
}
