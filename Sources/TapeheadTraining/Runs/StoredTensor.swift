/// A tensor as a file holds it: kind of element, shape, and bytes, little-endian, row by row.
public struct StoredTensor: Equatable, Sendable {
  /// The kinds of element that safetensors names, as far as whole bytes hold them.
  ///
  /// They stand in the order in which a file holds their tensors, wide ones first.
  public enum Element: String, Sendable, CaseIterable, Comparable {
    case uint64 = "U64"
    case int64 = "I64"
    case float64 = "F64"
    case float32 = "F32"
    case uint32 = "U32"
    case int32 = "I32"
    case brainFloat16 = "BF16"
    case float16 = "F16"
    case uint16 = "U16"
    case int16 = "I16"
    case int8 = "I8"
    case uint8 = "U8"
    case bool = "BOOL"

    private var place: Int { Element.allCases.firstIndex(of: self) ?? 0 }

    public static func < (first: Element, second: Element) -> Bool { first.place < second.place }

    /// Bytes an element takes.
    public var size: Int {
      switch self {
      case .float64, .int64, .uint64: 8
      case .float32, .int32, .uint32: 4
      case .float16, .brainFloat16, .int16, .uint16: 2
      case .int8, .uint8, .bool: 1
      }
    }
  }

  public let element: Element
  /// Extents, the slowest first; empty for a single number.
  public let shape: [Int]
  let bytes: [UInt8]

  init(_ element: Element, shape: [Int], bytes: [UInt8]) {
    self.element = element
    self.shape = shape
    self.bytes = bytes
  }

  public init(_ values: [Float], shape: [Int]) {
    self.init(.float32, shape: shape, words: values.map(\.bitPattern))
  }

  public init(_ values: [Double], shape: [Int]) {
    self.init(.float64, shape: shape, words: values.map(\.bitPattern))
  }

  public init(_ values: [Int64], shape: [Int]) {
    self.init(.int64, shape: shape, words: values)
  }

  public init(_ values: [Int32], shape: [Int]) {
    self.init(.int32, shape: shape, words: values)
  }

  public init(_ values: [UInt64], shape: [Int]) {
    self.init(.uint64, shape: shape, words: values)
  }

  /// The elements of an F32 tensor, bit for bit; nil for another kind.
  public var floats: [Float]? {
    words(of: .float32, as: UInt32.self)?.map { Float(bitPattern: $0) }
  }

  /// The elements of an F64 tensor, bit for bit, or of an F32 one, which doubles hold exactly.
  public var doubles: [Double]? {
    words(of: .float64, as: UInt64.self)?.map { Double(bitPattern: $0) } ?? floats?.map(Double.init)
  }

  /// The elements of an I64 or I32 tensor; nil for another kind.
  public var integers: [Int64]? {
    words(of: .int64, as: Int64.self)
      ?? words(of: .int32, as: Int32.self)?.map { Int64($0) }
  }

  /// The elements of a U64 tensor; nil for another kind.
  public var unsignedIntegers: [UInt64]? { words(of: .uint64, as: UInt64.self) }

  private init<Word: FixedWidthInteger>(_ element: Element, shape: [Int], words: [Word]) {
    precondition(
      words.count == shape.reduce(1, *), "\(words.count) values do not fill the shape \(shape)")
    let bytes = words.map(\.littleEndian).withUnsafeBytes { [UInt8]($0) }
    self.init(element, shape: shape, bytes: bytes)
  }

  private func words<Word: FixedWidthInteger>(of wanted: Element, as: Word.Type) -> [Word]? {
    guard element == wanted else { return nil }
    return bytes.withUnsafeBytes { buffer in
      stride(from: 0, to: buffer.count, by: wanted.size).map {
        Word(littleEndian: buffer.loadUnaligned(fromByteOffset: $0, as: Word.self))
      }
    }
  }
}
