/// The content of a safetensors file: tensors by name, and texts by name beside them.
///
/// A file is the length of its header (8 bytes, little-endian), the header as JSON, and the bytes
/// of all tensors without gaps; the header gives each tensor's `dtype`, `shape` and
/// `data_offsets`, and the texts under `__metadata__`. Source: the format section of the
/// README of huggingface/safetensors.
public struct Safetensors: Equatable, Sendable {
  public var tensors: [String: StoredTensor]
  public var metadata: [String: String]

  static let metadataName = "__metadata__"

  public init(tensors: [String: StoredTensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads the file at `path`.
  ///
  /// - Throws: `FileError`, which names the tensor where one is to blame.
  public init(reading path: String) throws {
    try self.init(bytes: FileSystem.content(of: path), file: path)
  }

  /// Writes the file at `path`, completely or not at all.
  public func write(to path: String) throws {
    try AtomicFile.write(encoded(), to: path)
  }

  /// The file's bytes, which depend on the content and nothing else.
  ///
  /// Tensors of wide elements come first, so that each begins at a multiple of its element's size;
  /// those of one kind stand in the order of their names. The header is filled up with blanks to a
  /// multiple of 8 bytes. The Python package writes the same bytes, but for the order of metadata.
  public func encoded() -> [UInt8] {
    precondition(tensors[Safetensors.metadataName] == nil, "this name is kept for the metadata")
    let ordered = tensors.sorted { first, second in
      let elements = (first.value.element, second.value.element)
      return elements.0 == elements.1
        ? first.key.utf8.lexicographicallyPrecedes(second.key.utf8) : elements.0 < elements.1
    }
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      members.append(
        JSONValue.Member(
          Safetensors.metadataName,
          .object(texts.map { JSONValue.Member($0.key, .string($0.value)) })))
    }
    var end = 0
    for (name, tensor) in ordered {
      let start = end
      end += tensor.bytes.count
      members.append(JSONValue.Member(name, Safetensors.entry(tensor, at: start..<end)))
    }
    var header = Array(JSONValue.object(members).text.utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var file = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
    file.reserveCapacity(8 + header.count + end)
    file += header
    for (_, tensor) in ordered { file += tensor.bytes }
    return file
  }

  private static func entry(_ tensor: StoredTensor, at place: Range<Int>) -> JSONValue {
    .object([
      JSONValue.Member("dtype", .string(tensor.element.rawValue)),
      JSONValue.Member("shape", .array(tensor.shape.map { .number("\($0)") })),
      JSONValue.Member(
        "data_offsets", .array([.number("\(place.lowerBound)"), .number("\(place.upperBound)")])),
    ])
  }
}
