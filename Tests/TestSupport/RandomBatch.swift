package import TapeheadEngine

extension SequenceBatch {
  /// Sequences of these lengths with inputs in ±1, targets of 0 and 1, and weights of 1.
  package static func random(
    lengths: [Int], inputSize: Int, targetSize: Int, seed: UInt64 = 1
  ) -> SequenceBatch {
    var random = SeededGenerator(seed: seed)
    var batch = SequenceBatch(inputSize: inputSize, targetSize: targetSize)
    for length in lengths { _ = batch.appendSequence(steps: length) }
    batch.inputs = random.numbers(batch.inputs.count)
    batch.targets = random.numbers(batch.targets.count).map { $0 > 0 ? 1 : 0 }
    batch.weights = batch.weights.map { _ in 1 }
    return batch
  }

  /// One of the sequences, alone.
  package func alone(_ sequence: Int) -> SequenceBatch {
    var batch = SequenceBatch(inputSize: inputSize, targetSize: targetSize)
    _ = batch.appendSequence(steps: lengths[sequence])
    let rows = starts[sequence]..<(starts[sequence] + lengths[sequence])
    batch.inputs = rows.flatMap { inputs[($0 * inputSize)..<(($0 + 1) * inputSize)] }
    batch.targets = rows.flatMap { targets[($0 * targetSize)..<(($0 + 1) * targetSize)] }
    batch.weights = rows.map { weights[$0] }
    return batch
  }
}

extension ParameterStore {
  /// Every parameter drawn anew, evenly from a range: none stays at a special value such as 0.
  package static func random(
    _ list: ParameterList, in range: ClosedRange<Float> = -0.5...0.5, seed: UInt64 = 2
  ) -> ParameterStore {
    var random = SeededGenerator(seed: seed)
    let store = ParameterStore(list)
    for parameter in list.all {
      store[parameter] = random.numbers(parameter.shape.count, in: range)
    }
    return store
  }
}
