/// The records of a run, one JSON object a line, in the order of training.
///
/// Every record has the member `sequences`: how many sequences had been trained on. On resuming,
/// what came after the checkpoint is dropped, so the file ends like that of an undisturbed run,
/// byte for byte as far as the records hold no times.
public struct MetricLog: Equatable, Sendable {
  public let path: String

  private static let counter = "sequences"

  public init(path: String) { self.path = path }

  /// Adds one record as one line, completely or not at all.
  ///
  /// - Throws: `FileError`; `EncodingError` for a number that JSON cannot hold.
  public func append(_ record: some Encodable) throws {
    let value = try JSONValue(encoding: record)
    precondition(MetricLog.sequences(in: value) != nil, "a record without its count of sequences")
    try OpenFile(path, for: .appending).append(Array("\(value.text)\n".utf8))
  }

  /// Waits until the records have reached the disk; call it before writing the checkpoint that
  /// counts on them.
  public func synchronise() throws {
    try OpenFile(path, for: .appending).synchronise()
  }

  /// Drops, in one step, the records after `sequences` and a last line that was never finished.
  ///
  /// - Parameters:
  ///   - sequences: How many the checkpoint was trained on.
  ///   - last: The number of sequences of the latest record before it; 0 where there is none. A file without any
  ///     record is one that was begun anew.
  /// - Throws: `FileError` for a line that is no record, other than an unfinished last one, and where records before
  ///   the checkpoint are missing at the end; nothing is changed then.
  public func truncate(after sequences: Int, last: Int) throws {
    let file = try OpenFile(path, for: .appending)
    let content = try file.readAll()
    var kept = 0
    var line = 1
    var latest = 0
    while let end = content[kept...].firstIndex(of: UInt8(ascii: "\n")) {
      guard let record = try? JSONParser.parse(content[kept..<end]),
        let count = MetricLog.sequences(in: record)
      else {
        throw FileError(
          path, "has no record of this run in line \(line)",
          remedy: "remove that line, or move the file away to go on without it")
      }
      if count > sequences { break }
      kept = end + 1
      line += 1
      latest = count
    }
    guard latest == 0 || latest == last else {
      throw FileError(
        path, "ends after \(latest) sequences, and the checkpoint goes on from \(sequences)",
        remedy: "put the whole file back, or move it away to go on without it")
    }
    guard kept < content.count else { return }
    try file.truncate(to: kept)
    try file.synchronise()
  }

  /// How many sequences a record says had been trained on; nil where it is none.
  package static func sequences(in record: JSONValue) -> Int? {
    guard case .number(let text)? = record[counter] else { return nil }
    return Int(text)
  }
}
