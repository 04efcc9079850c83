extension Safetensors {
  /// Reads the bytes of a safetensors file, whoever made them.
  ///
  /// Accepted is what the format allows: every byte of the data belongs to exactly one tensor.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - file: its path, for errors.
  /// - Throws: `FileError`, which names the tensor where one is to blame.
  package init(bytes: [UInt8], file: String) throws {
    self.init()
    let (header, data) = try Safetensors.parts(of: bytes, file: file)
    var places: [(name: String, range: Range<Int>)] = []
    for member in header {
      let entry = HeaderEntry(name: member.name, value: member.value, file: file)
      if member.name == Safetensors.metadataName {
        metadata = try entry.texts()
      } else {
        let (element, shape, range) = try entry.tensor(dataCount: data.count)
        let place = data.startIndex + range.lowerBound..<data.startIndex + range.upperBound
        tensors[member.name] = StoredTensor(element, shape: shape, bytes: Array(data[place]))
        places.append((member.name, range))
      }
    }
    try Safetensors.checkCoverage(places, dataCount: data.count, file: file)
  }

  private static func parts(
    of bytes: [UInt8], file: String
  ) throws -> (header: [JSONValue.Member], data: ArraySlice<UInt8>) {
    guard bytes.count >= 8 else {
      throw FileError.broken(file, "has \(bytes.count) bytes, fewer than the 8 of a header length")
    }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw FileError.broken(
        file, "has room for \(bytes.count - 8) bytes of header but says that it has \(length)")
    }
    let end = 8 + Int(length)
    let header: JSONValue
    do {
      header = try JSONParser.parse(bytes[8..<end])
    } catch let error as JSONSyntaxError {
      throw FileError.broken(file, "has a header that is no JSON (\(error))")
    }
    guard case .object(let members) = header else {
      throw FileError.broken(file, "has \(header.inWords) for a header where an object should be")
    }
    return (members, bytes[end...])
  }

  /// Checks that the tensors fill the data: no gap, no overlap, nothing left over.
  private static func checkCoverage(
    _ places: [(name: String, range: Range<Int>)], dataCount: Int, file: String
  ) throws {
    let ordered = places.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for (name, range) in ordered {
      guard range.lowerBound >= end else {
        throw FileError.broken(file, "has a tensor '\(name)' that overlaps another in the data")
      }
      guard range.lowerBound == end else {
        throw FileError.broken(
          file, "has \(range.lowerBound - end) bytes before the tensor '\(name)' that none owns")
      }
      end = range.upperBound
    }
    guard end == dataCount else {
      throw FileError.broken(file, "has \(dataCount - end) bytes after its last tensor")
    }
  }
}

/// One member of a header, read strictly.
private struct HeaderEntry {
  let name: String
  let value: JSONValue
  let file: String

  func texts() throws -> [String: String] {
    guard case .object(let members) = value else { throw error("is no object") }
    var texts: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        throw error("has \(member.value.inWords) for '\(member.name)' where a text should be")
      }
      texts[member.name] = text
    }
    return texts
  }

  func tensor(
    dataCount: Int
  ) throws -> (element: StoredTensor.Element, shape: [Int], range: Range<Int>) {
    guard case .object(let members) = value else { throw error("is no object") }
    let known: Set = ["dtype", "shape", "data_offsets"]
    if let stranger = members.first(where: { !known.contains($0.name) }) {
      throw error("has an unknown member '\(stranger.name)'")
    }
    guard case .string(let kind)? = value["dtype"] else { throw error("has no dtype") }
    guard let element = StoredTensor.Element(rawValue: kind) else {
      throw error("has the unknown dtype '\(kind)'")
    }
    let shape = try sizes("shape")
    let offsets = try sizes("data_offsets")
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw error("has data_offsets that are no start and end")
    }
    guard offsets[1] <= dataCount else {
      throw error("ends at byte \(offsets[1]) of the data, which has \(dataCount)")
    }
    guard let size = byteCount(shape, of: element) else {
      throw error("has a shape \(shape) too large for any memory")
    }
    guard offsets[1] - offsets[0] == size else {
      throw error(
        "needs \(size) bytes for \(kind) \(shape) but owns \(offsets[1] - offsets[0])")
    }
    return (element, shape, offsets[0]..<offsets[1])
  }

  private func sizes(_ member: String) throws -> [Int] {
    guard case .array(let elements)? = value[member] else { throw error("has no list \(member)") }
    return try elements.map { element in
      guard case .number(let text) = element, let size = Int(text), size >= 0 else {
        throw error("has \(element.inWords) in \(member) where a whole number should be")
      }
      return size
    }
  }

  /// Bytes of a tensor; nil where `Int` overflows on the way.
  private func byteCount(_ shape: [Int], of element: StoredTensor.Element) -> Int? {
    shape.reduce(element.size) { product, extent in
      guard let (count, overflow) = product?.multipliedReportingOverflow(by: extent) else {
        return nil
      }
      return overflow ? nil : count
    }
  }

  private func error(_ problem: String) -> FileError {
    let subject = name == Safetensors.metadataName ? "metadata" : "a tensor '\(name)'"
    return FileError.broken(file, "has \(subject) that \(problem)")
  }
}

extension FileError {
  /// A file whose bytes are no safetensors file.
  static func broken(_ file: String, _ problem: String) -> FileError {
    FileError(file, problem, remedy: "it is damaged or no safetensors file")
  }
}
