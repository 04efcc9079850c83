import TapeheadCells
import TapeheadEngine
import TapeheadTraining

// What the recordings of pytorch-ntm's training share: its layout, and the copy task of its program.
// X [L + 1, B, inputs] are the vectors and the delimiter; L steps without input follow, whose outputs
// count: the loss is the mean binary cross-entropy over all L · B · outputs numbers of Y.

/// A recording of pytorch-ntm at the copy task, with our cell for it.
struct RecordedCopy {
  let layout: PytorchNTM
  let batch: SequenceBatch
  /// L, steps that are answered, and as many vectors.
  let length: Int
  /// B.
  let sequences: Int

  /// T = 2 L + 1.
  var steps: Int { 2 * length + 1 }

  /// Reads the sizes and the batch; `prefix` stands before the names of parameters.
  ///
  /// The loss is multiplied by `lossScale`.
  init(_ comparison: inout Comparison, prefix: String, lossScale: Double = 1) throws {
    let run = comparison.run
    // The buffers are not trained there; ours are, so that their gradients are made.
    var conventions = Conventions.pytorchNTM
    conventions.memory.trained = true
    conventions.firstRead = .learned
    do {
      self.layout = try PytorchNTM(conventions: conventions) { name in
        run.shape(RecordedCopy.recordedName(name, prefix))
      }
    } catch {
      let name = RecordedCopy.recordedName(error.name, prefix)
      throw PytorchNTM.Mismatch(name: name, expected: error.expected)
        .fileError(in: run.path, found: run.shape(name))
    }
    let inputs = comparison.use(try run.tensor("X", axes: 3))
    let (length, count) = (inputs.shape[0] - 1, inputs.shape[1])
    let outputs = layout.cell.outputSize
    guard length > 0, inputs.shape[2] == layout.cell.inputSize else {
      throw run.error(
        "has 'X' as \(inputs.shape) where [length + 1, batch, \(layout.cell.inputSize)] belongs")
    }
    let targets = comparison.use(try run.tensor("Y", shape: [length, count, outputs]))
    self.length = length
    self.sequences = count

    var batch = SequenceBatch(inputSize: inputs.shape[2], targetSize: outputs)
    for sequence in 0..<count {
      let start = batch.appendSequence(steps: 2 * length + 1)
      for step in 0...length {
        let source = (step * count + sequence) * batch.inputSize
        for index in 0..<batch.inputSize {
          batch.inputs[(start + step) * batch.inputSize + index] =
            Float(inputs.values[source + index])
        }
      }
      for step in 0..<length {
        let row = start + length + 1 + step
        let source = (step * count + sequence) * outputs
        for index in 0..<outputs {
          batch.targets[row * outputs + index] = Float(targets.values[source + index])
        }
        batch.weights[row] = Float(lossScale / Double(length * count * outputs))
      }
    }
    self.batch = batch
  }

  /// The name in the recording of a tensor of pytorch-ntm.
  static func recordedName(_ name: String, _ prefix: String) -> String {
    name.hasPrefix("ntm.") ? prefix + name : "buffer.\(name)"
  }

  /// Rows in the order of the batch, one sequence behind the other, as rows in that of a recording.
  ///
  /// A recording has all sequences of a step behind one another; `steps` says how many of them.
  func stepsFirst(_ rows: [Float], steps: Int? = nil) -> [[Double]] {
    let count = rows.count / batch.steps
    return (0..<(steps ?? self.steps)).flatMap { step in
      batch.starts.map { start in
        rows[(start + step) * count..<(start + step + 1) * count].map { Double($0) }
      }
    }
  }
}
