import TapeheadEngine
import TapeheadTasks
import Testing

@Suite("Quiet stretches")
struct TaskWithSilenceTests {
  static let tasks: [any TaskWithSilence] = [Copy(), RepeatCopy()]

  private func batch(_ task: any TaskWithSilence, quietShare: Float) -> SequenceBatch {
    var batch = SequenceBatch(inputSize: task.inputSize, targetSize: task.outputSize)
    var random = RandomStream(seed: 1, purpose: "test")
    task.fill(&batch, count: 2_000, quietShare: quietShare, using: &random)
    return batch
  }

  @Test("are not drawn for a share of 0", arguments: tasks)
  func none(task: any TaskWithSilence) {
    var random = RandomStream(seed: 1, purpose: "test")
    #expect(batch(task, quietShare: 0) == task.batch(count: 2_000, using: &random))
  }

  /// Of the longest sequences, how many vectors have at most one of eight bits set.
  private func quietVectors(_ quietShare: Float) -> Double {
    var task = Copy()
    task.minimumLength = 20
    let batch = batch(task, quietShare: quietShare)
    let quiet = (0..<batch.count).flatMap { sequence in
      (0..<20).map { step in
        let row = batch.starts[sequence] + step
        return (0..<8).filter { batch.inputs[row * 9 + $0] == 1 }.count
      }
    }.filter { $0 <= 1 }.count
    return Double(quiet) / Double(batch.count)
  }

  @Test("are as long and as quiet as they are said to be")
  func quiet() {
    // Of 8 fair bits at most one is set in 9 of 256 vectors; where one in eight is, in a share of (7/8)⁸ + (7/8)⁷.
    let (fair, stretch) = (9.0 / 256, 0.7363)
    // 1 to 6 vectors, cut off at the end of the twenty.
    let places = (0..<20).flatMap { first in (1...6).map { min($0, 20 - first) } }
    let length = Double(places.reduce(0, +)) / Double(places.count)
    for share: Float in [0, 0.5, 1] {
      let expected = 20 * fair + Double(share) * length * (stretch - fair)
      #expect(abs(quietVectors(share) - expected) < 0.1, "share \(share)")
    }
  }

  @Test("are answered as they are", arguments: [0.0, 1] as [Float])
  func answers(share: Float) {
    let batch = batch(Copy(), quietShare: share)
    for sequence in 0..<batch.count {
      let (start, steps) = (batch.starts[sequence], batch.lengths[sequence])
      let length = (steps - 1) / 2
      for step in 0..<length {
        let shown = batch.inputs[(start + step) * 9..<(start + step) * 9 + 8]
        let row = start + length + 1 + step
        #expect(shown.elementsEqual(batch.targets[row * 8..<row * 8 + 8]))
      }
    }
  }
}
