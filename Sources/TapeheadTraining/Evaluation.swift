public import TapeheadEngine
public import TapeheadTasks

/// What a trained model scores on one case of a task's evaluation; means are over sequences.
public struct CaseResult: Sendable {
  public let label: String
  public let parameters: [EvaluationCase.Parameter]
  public let sequences: Int
  public let bitsPerSequence: Double
  /// Half the width of the 95 % confidence interval of the bits (1.96 standard errors).
  public let bitsConfidence: Double
  public let wrongBitsPerSequence: Double
  /// What the task measures beyond bits, averaged.
  public let measures: [TaskMeasure]
}

/// Judges a trained model on fresh sequences.
public struct Evaluation {
  private let program: Program
  private let executor: InferenceExecutor
  private let seed: UInt64

  /// Sequences that one thread runs side by side; more of them only use more memory.
  private static let rows = 4
  /// Sequences in one batch of an evaluation, so that long ones do not fill the memory.
  private static let batch = 64

  /// Prepares to judge a model; the same seed gives every model the same sequences.
  ///
  /// - Throws: Nothing, as no tap is asked for by name.
  public init(
    _ program: Program, parameters: ParameterStore, threads: Int,
    instructionSet: InstructionSet, seed: UInt64
  ) throws {
    self.program = program
    self.executor = try InferenceExecutor(
      program, parameters: parameters,
      settings: ExecutionSettings(
        microBatch: Self.rows, threads: threads, instructionSet: instructionSet))
    self.seed = seed
  }

  /// Runs `count` fresh sequences of a case; `label` names the random stream.
  public func run(_ evaluationCase: EvaluationCase, sequences count: Int) -> CaseResult {
    var stream = RandomStream(seed: seed, purpose: "evaluation " + evaluationCase.label)
    let task = evaluationCase.task
    var bits: [Double] = []
    var wrong = 0
    var totals: [(name: String, value: Double)] = []
    while bits.count < count {
      let batch = task.batch(count: min(Self.batch, count - bits.count), using: &stream)
      let recording = executor.run(batch)
      bits += recording.losses.map { Double($0) / Trainer.natsPerBit }
      wrong += recording.wrongBits.reduce(0, +)
      let probabilities = recording.probabilities(task.loss, outputSize: task.outputSize)
      for sequence in 0..<batch.count {
        let measures = probabilities.withUnsafeBufferPointer {
          task.measures(of: sequence, in: batch, probabilities: $0)
        }
        if totals.isEmpty { totals = measures.map { ($0.name, 0) } }
        for index in measures.indices { totals[index].value += measures[index].value }
      }
    }
    let number = Double(count)
    let mean = bits.reduce(0, +) / number
    let variance =
      count > 1 ? bits.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (number - 1) : 0
    return CaseResult(
      label: evaluationCase.label, parameters: evaluationCase.parameters, sequences: count,
      bitsPerSequence: mean, bitsConfidence: 1.96 * (variance / number).squareRoot(),
      wrongBitsPerSequence: Double(wrong) / number,
      measures: totals.map { TaskMeasure($0.name, $0.value / number) })
  }
}

extension Recording {
  /// The outputs as probabilities.
  package func probabilities(_ loss: Loss, outputSize: Int) -> [Float] {
    switch loss {
    case .binaryCrossEntropy:
      return outputs.map(KernelMath.sigmoid)
    case .softmaxCrossEntropy(let group):
      var result = outputs
      for start in stride(from: 0, to: result.count, by: group) {
        let part = start..<(start + group)
        let largest = result[part].max() ?? 0
        for index in part { result[index] = KernelMath.exp(result[index] - largest) }
        let sum = result[part].reduce(0, +)
        for index in part { result[index] /= sum }
      }
      return result
    }
  }
}
