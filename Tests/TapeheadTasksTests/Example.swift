import TapeheadEngine
import TapeheadTasks

/// One drawn sequence, read step by step as a person would.
struct Example {
  let batch: SequenceBatch
  let sequence: Int

  var steps: Int { batch.lengths[sequence] }

  /// The steps on which an answer is due.
  var answers: [Int] { (0..<steps).filter { weight($0) == 1 } }

  func input(_ step: Int) -> [Float] {
    let row = batch.starts[sequence] + step
    return Array(batch.inputs[row * batch.inputSize..<(row + 1) * batch.inputSize])
  }

  func target(_ step: Int) -> [Float] {
    let row = batch.starts[sequence] + step
    return Array(batch.targets[row * batch.targetSize..<(row + 1) * batch.targetSize])
  }

  func weight(_ step: Int) -> Float { batch.weights[batch.starts[sequence] + step] }

  /// The first bits of an input step.
  func bits(_ count: Int, at step: Int) -> [Float] { Array(input(step).prefix(count)) }

  func isSilent(_ step: Int) -> Bool { input(step).allSatisfy { $0 == 0 } }
}

extension SequenceTask {
  /// Sequences of the task, always the same for one seed.
  func examples(_ count: Int, seed: UInt64 = 1) -> [Example] {
    var random = RandomStream(seed: seed, purpose: "test")
    let batch = batch(count: count, using: &random)
    return (0..<count).map { Example(batch: batch, sequence: $0) }
  }

  /// A measure of a sequence for a network that answers with `outputs`.
  func measure(_ name: String, of example: Example, outputs: [Float]) -> Double? {
    outputs.withUnsafeBufferPointer { probabilities in
      measures(of: example.sequence, in: example.batch, probabilities: probabilities)
        .first { $0.name == name }?.value
    }
  }
}

/// How far the counts are from equal, in units of its standard deviation: (χ² − k) / √(2k).
func deviationFromUniform(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  let squares = counts.map { (Double($0) - expected) * (Double($0) - expected) / expected }
  let freedom = Double(counts.count - 1)
  return (squares.reduce(0, +) - freedom) / (2 * freedom).squareRoot()
}
