/// Tensors and texts in a safetensors file of which every bit is guarded.
///
/// The metadata carries a CRC-64 over the file as it is with a checksum of zeros. Reading parses
/// the file, writes its content anew in memory, checksum included, and wants the same bytes: so any
/// flipped bit is found, in the data, in a name, in a blank or in the checksum itself. The bytes
/// depend on the content alone: no time stamps, no order of dictionaries.
///
/// Keep 64-bit integers as I64 or U64 tensors, or in decimal in the metadata; both are exact.
public struct CheckpointFile: Equatable, Sendable {
  public var tensors: [String: StoredTensor]
  /// Texts by name; `format` and `checksum` belong to the file itself and do not appear here.
  public var metadata: [String: String]

  private static let format = "tapehead checkpoint 1"
  private static let (formatName, checksumName) = ("format", "checksum")

  public init(tensors: [String: StoredTensor] = [:], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads and checks the file at `path`.
  ///
  /// - Throws: `FileError` if it cannot be read, is no checkpoint, or differs in any bit from
  ///   what was written.
  public init(reading path: String) throws {
    try self.init(bytes: FileSystem.content(of: path), file: path)
  }

  /// Writes the file at `path`, completely or not at all.
  public func write(to path: String) throws {
    try AtomicFile.write(encoded(), to: path)
  }

  /// Reads the bytes of a checkpoint; `file` is its path, for errors.
  package init(bytes: [UInt8], file: String) throws {
    let content: Safetensors
    do {
      content = try Safetensors(bytes: bytes, file: file)
    } catch let error as FileError {
      throw CheckpointFile.damaged(file, "it \(error.problem)")
    }
    guard let format = content.metadata[CheckpointFile.formatName],
      let checksum = content.metadata[CheckpointFile.checksumName]
    else {
      throw FileError(
        file, "is a safetensors file but no checkpoint of Tapehead",
        remedy: "give the checkpoint of a run")
    }
    guard format == CheckpointFile.format else {
      throw FileError(
        file, "has the format '\(format)' where this version reads '\(CheckpointFile.format)'",
        remedy: "use the version of Tapehead that wrote it")
    }
    tensors = content.tensors
    metadata = content.metadata
    metadata[CheckpointFile.formatName] = nil
    metadata[CheckpointFile.checksumName] = nil
    guard encoded() == bytes else {
      throw CheckpointFile.damaged(file, "its checksum \(checksum) does not fit its content")
    }
  }

  /// The file's bytes.
  package func encoded() -> [UInt8] {
    let unsigned = encoded(checksum: String(repeating: "0", count: 16))
    let digits = String(CyclicChecksum.ecma(unsigned), radix: 16)
    return encoded(checksum: String(repeating: "0", count: 16 - digits.count) + digits)
  }

  private func encoded(checksum: String) -> [UInt8] {
    var content = Safetensors(tensors: tensors, metadata: metadata)
    precondition(
      metadata[CheckpointFile.formatName] == nil && metadata[CheckpointFile.checksumName] == nil,
      "the names format and checksum are the checkpoint's own")
    content.metadata[CheckpointFile.formatName] = CheckpointFile.format
    content.metadata[CheckpointFile.checksumName] = checksum
    return content.encoded()
  }

  private static func damaged(_ file: String, _ reason: String) -> FileError {
    FileError(
      file, "is damaged: \(reason)", remedy: "restore it from a backup or train a new run")
  }
}
