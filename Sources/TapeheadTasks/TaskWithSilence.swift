public import TapeheadEngine

/// A task in which vectors are followed by silence, in which they are to be answered.
///
/// A few vectors with hardly a bit set, one behind the other, resemble that silence, and are too rare
/// to be learned from: a network then sets out to answer while it should listen. In training, a share of
/// the sequences can have such a quiet stretch, of up to six vectors whose bits are set one time in
/// eight. It is a choice of Tapehead's, in no paper; Documentation/Decisions/Training.md has what it brings.
public protocol TaskWithSilence: SequenceTask {
  /// Draws one sequence as `appendSequence(to:using:)` does, with a quiet stretch in a share of them.
  ///
  /// With a share of 0 the random numbers drawn, and so the sequence, are the same.
  func appendSequence(
    to batch: inout SequenceBatch, quietShare: Float, using random: inout RandomStream)
}

extension TaskWithSilence {
  public func appendSequence(to batch: inout SequenceBatch, using random: inout RandomStream) {
    appendSequence(to: &batch, quietShare: 0, using: &random)
  }

  /// Replaces the batch's sequences by `count` new ones, a share of which have a quiet stretch.
  public func fill(
    _ batch: inout SequenceBatch, count: Int, quietShare: Float, using random: inout RandomStream
  ) {
    refill(&batch, count: count) {
      appendSequence(to: &$0, quietShare: quietShare, using: &random)
    }
  }
}

extension SequenceBatch {
  private static let longestQuietStretch = 6

  /// Writes vectors of fair random bits into the first channels of input rows; with a probability of
  /// `quietShare`, those of a stretch of these rows keep one in four of the bits that are set.
  mutating func drawInputBits(
    _ count: Int, rows: Range<Int>, quietShare: Float, using random: inout RandomStream
  ) {
    for row in rows {
      drawInputBits(count, row: row, using: &random)
    }
    guard quietShare > 0, random.uniformFloat() < quietShare else { return }
    let first = rows.lowerBound + random.integer(below: rows.count)
    let end = min(rows.upperBound, first + random.integer(in: 1...Self.longestQuietStretch))
    for row in first..<end {
      let kept = random.bits(count) & random.bits(count)
      for channel in 0..<count where (kept >> UInt64(channel)) & 1 == 0 {
        setInput(0, channel: channel, row: row)
      }
    }
  }
}
