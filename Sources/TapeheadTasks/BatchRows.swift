import TapeheadEngine

// How the generators write into the rows of a batch. Rows are counted over the whole batch: a
// sequence's step t is row `start + t`.

extension SequenceBatch {
  /// Writes a vector of fair random bits into the first channels of an input row.
  mutating func drawInputBits(_ count: Int, row: Int, using random: inout RandomStream) {
    let bits = random.bits(count)
    for channel in 0..<count {
      inputs[row * inputSize + channel] = Float((bits >> UInt64(channel)) & 1)
    }
  }

  /// Sets one channel of an input row.
  mutating func setInput(_ value: Float = 1, channel: Int, row: Int) {
    inputs[row * inputSize + channel] = value
  }

  /// Asks for the bits of an input row as the answer of another row.
  mutating func ask(for bits: Int, ofInput source: Int, row: Int) {
    for channel in 0..<bits {
      targets[row * targetSize + channel] = inputs[source * inputSize + channel]
    }
    weights[row] = 1
  }

  /// Asks for a marker, and for 0 on all other channels, as the answer of a row.
  mutating func askForMarker(channel: Int, row: Int) {
    targets[row * targetSize + channel] = 1
    weights[row] = 1
  }

  /// Whether the first bits of two input rows are the same.
  func inputsAgree(_ bits: Int, _ row: Int, _ other: Int) -> Bool {
    (0..<bits).allSatisfy { inputs[row * inputSize + $0] == inputs[other * inputSize + $0] }
  }

  /// The rows of a sequence.
  func rows(of sequence: Int) -> Range<Int> {
    starts[sequence]..<starts[sequence] + lengths[sequence]
  }
}

/// The names of channels that hold a vector's bits.
func bitChannels(_ count: Int) -> [String] { (0..<max(count, 0)).map { "bit \($0 + 1)" } }

/// Whether a probability is read as a set bit.
func isSet(_ probability: Float) -> Bool { probability > 0.5 }

extension UnsafeBufferPointer<Float> {
  /// Whether all channels of a row, read as bits, are those of the batch's target.
  func isRight(row: Int, in batch: SequenceBatch) -> Bool {
    (row * batch.targetSize..<(row + 1) * batch.targetSize).allSatisfy {
      isSet(self[$0]) == isSet(batch.targets[$0])
    }
  }
}
