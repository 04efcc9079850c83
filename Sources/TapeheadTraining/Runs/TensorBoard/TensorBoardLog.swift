import SwiftProtobuf

/// An event file of scalars that TensorBoard opens.
///
/// A file is never written by two processes in turn: each start of a run, also a resumed one, opens
/// the next of `events.out.tfevents.00001`, `…00002`, …, which TensorBoard reads in the order of
/// their names. A resumed one begins with a session start, which makes TensorBoard forget the
/// points after the checkpoint that an earlier file holds. Times are arguments, in seconds since
/// 1970, and stand in these files only.
public struct TensorBoardLog: Equatable, Sendable {
  public let path: String

  private static let prefix = "events.out.tfevents."
  /// The version whose readers heed session starts.
  private static let version = "brain.Event:2"

  /// Starts the next event file in `folder`.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - step: the last step that counts; 0 for a new run.
  ///   - wallTime: now.
  /// - Throws: `FileError`.
  public init(startingIn folder: String, after step: Int, wallTime: Double) throws {
    let names = try FileSystem.names(in: folder)
    let numbers = names.filter { $0.hasPrefix(TensorBoardLog.prefix) }
      .compactMap { Int($0.dropFirst(TensorBoardLog.prefix.count)) }
    let number = (numbers.max() ?? 0) + 1
    let digits = "\(number)"
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    path = "\(folder)/\(TensorBoardLog.prefix)\(zeros)\(digits)"

    var version = TensorBoardEvent()
    version.wallTime = wallTime
    version.fileVersion = TensorBoardLog.version
    var start = TensorBoardEvent()
    start.wallTime = wallTime
    start.step = Int64(step) + 1
    start.sessionLog.status = .start
    try append(number == 1 ? [version] : [version, start])
  }

  /// Adds the values of one step, by tag; tags with a `/` are grouped by what stands before it.
  ///
  /// - Throws: `FileError`; the file then is as it was.
  public func append(
    _ scalars: KeyValuePairs<String, Float>, step: Int, wallTime: Double
  ) throws {
    var event = TensorBoardEvent()
    event.wallTime = wallTime
    event.step = Int64(step)
    event.summary.value = scalars.map { tag, number in
      var value = TensorBoardSummary.Value()
      value.tag = tag
      value.simpleValue = number
      return value
    }
    try append([event])
  }

  private func append(_ events: [TensorBoardEvent]) throws {
    let records = try events.flatMap { event in
      TensorBoardLog.record(try event.serializedBytes())
    }
    try OpenFile(path, for: .appending).append(records)
  }

  /// A record: length, its checksum, data, its checksum; all little-endian.
  private static func record(_ data: [UInt8]) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(data.count).littleEndian, Array.init)
    return length + maskedChecksum(length) + data + maskedChecksum(data)
  }

  /// CRC-32C, turned right by 15 bits plus a constant, so that the checksum of data which
  /// themselves hold checksums is no simple case; part of the TFRecord format.
  private static func maskedChecksum(_ data: [UInt8]) -> [UInt8] {
    let checksum = CyclicChecksum.castagnoli(data)
    let masked = (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    return withUnsafeBytes(of: masked.littleEndian, Array.init)
  }
}
