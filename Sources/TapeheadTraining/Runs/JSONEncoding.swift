extension JSONValue {
  /// What a Codable value writes about itself.
  ///
  /// Unlike Foundation's encoder, this keeps the order of declaration and the shortest digits that
  /// read back as the same number, and shows an absent optional as null, so that every setting
  /// has its line.
  ///
  /// - Throws: `EncodingError` for a number that is infinite or not a number.
  package init(encoding value: any Encodable) throws {
    let node = EncodingNode(path: [])
    try node.encode(value)
    self = node.value
  }
}

/// A place in the tree that is being written; containers share it by reference, as Encoder wants.
private final class EncodingNode {
  private enum Content {
    case plain(JSONValue)
    case list([EncodingNode])
    case object([(name: String, node: EncodingNode)])
  }

  let path: [any CodingKey]
  private var content = Content.plain(.null)

  init(path: [any CodingKey]) { self.path = path }

  var value: JSONValue {
    switch content {
    case .plain(let value): value
    case .list(let nodes): .array(nodes.map(\.value))
    case .object(let members): .object(members.map { JSONValue.Member($0.name, $0.node.value) })
    }
  }

  var count: Int {
    guard case .list(let nodes) = content else { return 0 }
    return nodes.count
  }

  func becomeList() {
    if case .list = content { return }
    content = .list([])
  }

  func becomeObject() {
    if case .object = content { return }
    content = .object([])
  }

  func append() -> EncodingNode {
    guard case .list(var nodes) = content else { preconditionFailure("this is no list") }
    let node = EncodingNode(path: path + [SettingKey(intValue: nodes.count)])
    nodes.append(node)
    content = .list(nodes)
    return node
  }

  func member(_ key: any CodingKey) -> EncodingNode {
    guard case .object(var members) = content else { preconditionFailure("this is no object") }
    let node = EncodingNode(path: path + [key])
    members.removeAll { $0.name == key.stringValue }
    members.append((key.stringValue, node))
    content = .object(members)
    return node
  }

  func encode(_ value: any Encodable) throws {
    switch value {
    case let value as Bool: content = .plain(.bool(value))
    case let value as String: content = .plain(.string(value))
    case let value as any BinaryInteger: content = .plain(.number("\(value)"))
    case let value as any BinaryFloatingPoint & LosslessStringConvertible:
      guard value.isFinite else {
        let context = EncodingError.Context(
          codingPath: path, debugDescription: "JSON has no number for \(value)")
        throw EncodingError.invalidValue(value, context)
      }
      content = .plain(.number("\(value)"))
    default: try value.encode(to: NodeEncoder(node: self))
    }
  }
}

private struct NodeEncoder: Encoder {
  let node: EncodingNode
  var codingPath: [any CodingKey] { node.path }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.becomeObject()
    return KeyedEncodingContainer(NodeKeyedContainer(node: node))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.becomeList()
    return NodeListContainer(node: node)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    NodeValueContainer(node: node)
  }
}

private struct NodeKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: EncodingNode
  var codingPath: [any CodingKey] { node.path }

  func encodeNil(forKey key: Key) { _ = node.member(key) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try node.member(key).encode(value)
  }

  func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
    try encodeOrNull(value, key)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    NodeEncoder(node: node.member(key)).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    NodeEncoder(node: node.member(key)).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    NodeEncoder(node: node.member(SettingKey(stringValue: "super")))
  }

  func superEncoder(forKey key: Key) -> any Encoder { NodeEncoder(node: node.member(key)) }
}

// An absent value is written as null. The standard library leaves it out, by one default for each of
// these types, and each needs its own answer: the generic function above does not replace them.
extension NodeKeyedContainer {
  private func encodeOrNull(_ value: (any Encodable)?, _ key: Key) throws {
    let member = node.member(key)
    if let value { try member.encode(value) }
  }

  func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: String?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try encodeOrNull(value, key) }
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try encodeOrNull(value, key) }
}

private struct NodeListContainer: UnkeyedEncodingContainer {
  let node: EncodingNode
  var codingPath: [any CodingKey] { node.path }
  var count: Int { node.count }

  func encodeNil() { _ = node.append() }

  func encode<Value: Encodable>(_ value: Value) throws { try node.append().encode(value) }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    NodeEncoder(node: node.append()).container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    NodeEncoder(node: node.append()).unkeyedContainer()
  }

  func superEncoder() -> any Encoder { NodeEncoder(node: node.append()) }
}

private struct NodeValueContainer: SingleValueEncodingContainer {
  let node: EncodingNode
  var codingPath: [any CodingKey] { node.path }

  func encodeNil() {}

  func encode<Value: Encodable>(_ value: Value) throws { try node.encode(value) }
}

extension Double {
  /// Nil for what JSON has no number for: infinities and what is not a number.
  package var ifFinite: Double? { isFinite ? self : nil }
}
