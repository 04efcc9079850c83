public import TapeheadTraining

/// The records of a run, read back from its metrics.jsonl.
public struct MetricHistory: Sendable, Equatable {
  public struct Record: Sendable, Equatable {
    /// Sequences trained on so far.
    public var sequences: Int
    /// Means over the sequences since the record before.
    public var bits: Double
    public var wrongBits: Double

    public init(sequences: Int, bits: Double, wrongBits: Double) {
      (self.sequences, self.bits, self.wrongBits) = (sequences, bits, wrongBits)
    }
  }

  /// By rising number of sequences.
  public let records: [Record]

  public init(_ records: [Record]) {
    self.records = records
  }

  /// Reads a run's records; a last line that is still being written is left out.
  ///
  /// - Parameters:
  ///   - folder: The run's.
  ///   - training: How it is trained, which says how many sequences lie between two records.
  ///   - trained: On how many sequences it was trained.
  /// - Throws: `FileError` where the file cannot be read, a line is no record, or records are missing: between two
  ///   others, or at the end. Where they begin later, the file was begun anew.
  public init(of folder: RunFolder, _ training: TrainingConfiguration, trained: Int) throws {
    let content = try FileSystem.content(of: folder.metrics)
    var lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    lines.removeLast()
    var records: [Record] = []
    for (index, line) in lines.enumerated() {
      guard let tree = try? JSONParser.parse(line), let record = Record(tree),
        record.sequences > records.last?.sequences ?? 0
      else {
        throw FileError(
          folder.metrics, "has no record of this run in line \(index + 1)",
          remedy: "remove that line, or draw another run")
      }
      records.append(record)
    }
    self.records = records
    let distance = training.recordDistance
    let next = zip(records, records.dropFirst()).first { $1.sequences != $0.sequences + distance }
    let end = next?.0.sequences ?? records.last?.sequences ?? 0
    guard next == nil, trained < end + distance else {
      throw FileError(
        folder.metrics, "has no record of the sequences after \(end), which the run was trained on",
        remedy: "put the whole file back, or train the run anew in another folder")
    }
  }

  /// The means of so many bins at most, each of as many neighbouring records.
  public func thinned(to bins: Int) -> MetricHistory {
    let size = (records.count + bins - 1) / max(bins, 1)
    return size > 1 ? averaged(size) : self
  }

  /// Several histories in bins of one size, so that they have values at the same places, and in as
  /// few as can be told apart on a page.
  static func aligned(_ histories: [MetricHistory]) -> [MetricHistory] {
    let longest = histories.compactMap(\.records.last?.sequences).max() ?? 0
    return histories.map { $0.averaged(overSequences: longest / mostPoints) }
  }

  /// The means over at least so many sequences at a time, what is left over in a last bin.
  public func averaged(overSequences count: Int) -> MetricHistory {
    guard let first = records.first, records.count > 1 else { return self }
    let spacing = max(1, records[1].sequences - first.sequences)
    let size = (count + spacing - 1) / spacing
    return size > 1 ? averaged(size) : self
  }

  private func averaged(_ size: Int) -> MetricHistory {
    MetricHistory(
      stride(from: 0, to: records.count, by: size).map { start in
        let part = records[start..<min(start + size, records.count)]
        let count = Double(part.count)
        return Record(
          sequences: part[part.endIndex - 1].sequences,
          bits: part.reduce(0) { $0 + $1.bits } / count,
          wrongBits: part.reduce(0) { $0 + $1.wrongBits } / count)
      })
  }

  /// The records, and the last one again at the distance of the others until so many sequences.
  package func held(until end: Int) -> MetricHistory {
    guard let first = records.first, let last = records.last else { return self }
    let spacing = max(1, first.sequences)
    let rest = stride(from: last.sequences + spacing, through: end, by: spacing)
    return MetricHistory(
      records + rest.map { Record(sequences: $0, bits: last.bits, wrongBits: last.wrongBits) })
  }

  /// The number of sequences at the first record around which a stretch of training costs at most so many bits
  /// in the mean, half of it before the record and half of it after; before the first record there is nothing.
  public func sequences(toReach bits: Double, overSequences stretch: Int) -> Int? {
    guard let end = records.last?.sequences else { return nil }
    let half = stretch / 2
    var around = 0..<0
    return records.first { record in
      let first = records[around.lowerBound...].firstIndex {
        $0.sequences > record.sequences - half
      }
      let next = records[around.upperBound...].firstIndex { $0.sequences > record.sequences + half }
      around = (first ?? 0)..<(next ?? records.count)
      let mean = records[around].reduce(0) { $0 + $1.bits } / Double(around.count)
      return record.sequences + half <= end && mean <= bits
    }?.sequences
  }
}

extension MetricHistory.Record {
  /// The record that a line of metrics.jsonl holds; nil where it is none.
  fileprivate init?(_ line: JSONValue) {
    func number(_ name: String) -> Double? {
      guard case .number(let text)? = line[name] else { return nil }
      return Double(text)
    }
    guard let sequences = MetricLog.sequences(in: line), let bits = number("bits_per_sequence"),
      let wrongBits = number("wrong_bits_per_sequence")
    else { return nil }
    self.init(sequences: sequences, bits: bits, wrongBits: wrongBits)
  }
}
