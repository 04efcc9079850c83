extension JSONValue {
  /// Builds a Codable value strictly from this one.
  ///
  /// - Throws: `SettingProblem` with the path, what was found and what is expected; for a text
  ///   that should be a case of an enumeration, the list of its cases.
  package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try Decoding(value: self, path: []).decode(type)
  }
}

/// A place in the tree that is being read.
private struct Decoding: Decoder {
  let value: JSONValue
  let path: [any CodingKey]
  var codingPath: [any CodingKey] { path }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    // In two steps: no plain value cast to an optional type would be a nil that was found.
    if let found = try plain(type), let plain = found as? Value { return plain }
    if let names = Decoding.caseNames(of: type) {
      guard case .string(let name) = value, names.contains(name) else {
        throw problem(expected: "one of " + names.joined(separator: ", "))
      }
    }
    do {
      return try type.init(from: self)
    } catch DecodingError.dataCorrupted(let context) {
      throw SettingProblem(path: context.codingPath, text: context.debugDescription)
    }
  }

  /// The value as one of the types that JSON has itself; nil where `type` is none of them.
  private func plain(_ type: any Decodable.Type) throws -> Any? {
    switch type {
    case is Bool.Type:
      guard case .bool(let flag) = value else { throw problem(expected: "true or false") }
      return flag
    case is String.Type:
      guard case .string(let text) = value else { throw problem(expected: "a text") }
      return text
    case let type as any (BinaryFloatingPoint & LosslessStringConvertible).Type:
      guard case .number(let text) = value else { throw problem(expected: "a number") }
      guard let number = finite(type, text) else {
        throw problem(expected: "a number that \(type) can hold")
      }
      return number
    case let type as any FixedWidthInteger.Type:
      guard case .number(let text) = value, let number = integer(type, text) else {
        let range = type == Int.self ? "" : " from \(lowest(type)) to \(highest(type))"
        throw problem(expected: "a whole number\(range)")
      }
      return number
    default: return nil
    }
  }

  private func finite<Number: BinaryFloatingPoint & LosslessStringConvertible>(
    _ type: Number.Type, _ text: String
  ) -> Number? {
    guard let number = Number(text), number.isFinite else { return nil }
    return number
  }

  private func integer<Number: FixedWidthInteger>(_ type: Number.Type, _ text: String) -> Number? {
    Number(text)
  }

  private func lowest<Number: FixedWidthInteger>(_ type: Number.Type) -> String { "\(type.min)" }
  private func highest<Number: FixedWidthInteger>(_ type: Number.Type) -> String { "\(type.max)" }

  /// The texts of an enumeration whose cases are texts; nil for other types.
  private static func caseNames(of type: any Decodable.Type) -> [String]? {
    func names<Cases: CaseIterable>(_ type: Cases.Type) -> [String]? {
      let names = type.allCases.map { ($0 as? any RawRepresentable<String>)?.rawValue }
      return names.contains(nil) ? nil : names.compactMap(\.self)
    }
    guard let type = type as? any CaseIterable.Type else { return nil }
    return names(type)
  }

  func problem(expected: String) -> SettingProblem {
    SettingProblem(path: path, text: "expected \(expected), found \(value.inWords)")
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object = value else { throw problem(expected: "an object") }
    return KeyedDecodingContainer(KeyedDecoding(place: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw problem(expected: "a list") }
    return ListDecoding(place: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { ValueDecoding(place: self) }
}

private struct KeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let place: Decoding
  var codingPath: [any CodingKey] { place.path }

  var allKeys: [Key] {
    guard case .object(let members) = place.value else { return [] }
    return members.compactMap { Key(stringValue: $0.name) }
  }

  func contains(_ key: Key) -> Bool { place.value[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try member(key).value == .null }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try member(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try member(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try member(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try member(SettingKey(stringValue: "super")) }

  func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

  private func member(_ key: any CodingKey) throws -> Decoding {
    guard let value = place.value[key.stringValue] else {
      throw SettingProblem(path: place.path + [key], text: "this setting is missing")
    }
    return Decoding(value: value, path: place.path + [key])
  }
}

private struct ListDecoding: UnkeyedDecodingContainer {
  let place: Decoding
  let elements: [JSONValue]
  var currentIndex = 0

  init(place: Decoding, elements: [JSONValue]) {
    self.place = place
    self.elements = elements
  }

  var codingPath: [any CodingKey] { place.path }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  mutating func decodeNil() throws -> Bool {
    guard try element().value == .null else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try element().decode(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }

  private mutating func next() throws -> Decoding {
    let element = try element()
    currentIndex += 1
    return element
  }

  private func element() throws -> Decoding {
    guard !isAtEnd else {
      throw SettingProblem(path: place.path, text: "the list needs more than \(count ?? 0) values")
    }
    let key = SettingKey(intValue: currentIndex)
    return Decoding(value: elements[currentIndex], path: place.path + [key])
  }
}

private struct ValueDecoding: SingleValueDecodingContainer {
  let place: Decoding
  var codingPath: [any CodingKey] { place.path }

  func decodeNil() -> Bool { place.value == .null }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try place.decode(type) }
}
