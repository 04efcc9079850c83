public import TapeheadEngine
public import TapeheadTasks

/// What a trained model scores on one case of a task's evaluation; means are over sequences.
public struct CaseResult: Sendable {
  public let label: String
  public let parameters: [EvaluationCase.Parameter]
  public let sequences: Int
  public let bits: SampleMean
  public let wrongBits: SampleMean
  /// What the task measures beyond bits.
  public let measures: [(name: String, mean: SampleMean)]
  /// What the task measures step by step: one mean for each step.
  public let positions: [(name: String, means: [SampleMean])]
}

/// Judges a trained model on fresh sequences.
public struct Evaluation {
  private let program: Program
  private let executor: InferenceExecutor
  private let seed: UInt64

  /// Sequences that one thread runs side by side, unless they take too much memory; this changes
  /// no bits.
  private static let mostRows = 4
  /// Bytes of such an arena.
  private static let mostBytes = 8_000_000
  /// Sequences in one batch of an evaluation, so that long ones do not fill the memory.
  private static let batch = 64

  /// Prepares to judge a model; the same seed gives every model the same sequences.
  public init(
    _ program: Program, parameters: ParameterStore, threads: Int,
    instructionSet: InstructionSet, seed: UInt64
  ) {
    self.program = program
    self.executor = InferenceExecutor(
      program, parameters: parameters,
      settings: ExecutionSettings(
        microBatch: Self.rows(of: program), threads: threads, instructionSet: instructionSet))
    self.seed = seed
  }

  private static func rows(of program: Program) -> Int {
    program.inferenceBytes(rows: mostRows) > mostBytes ? 1 : mostRows
  }

  /// Bytes of one thread's arena.
  static func arenaBytes(of program: Program) -> Int {
    program.inferenceBytes(rows: rows(of: program))
  }

  /// Runs a task's own suite: each of its cases, on as many sequences as the task says.
  public func runSuite(of task: any SequenceTask) -> [CaseResult] {
    task.evaluationCases.map { run($0, sequences: task.evaluationSequences) }
  }

  /// Runs fresh sequences of a case, whose label names the random stream.
  ///
  /// - Parameters:
  ///   - evaluationCase: What is run.
  ///   - count: How many sequences, at least one.
  ///   - limit: After a batch with which this many bits are wrong in all, no more sequences are run.
  /// - Returns: Means over the sequences that were run.
  public func run(
    _ evaluationCase: EvaluationCase, sequences count: Int,
    givingUpAtWrongBits limit: Double = .infinity
  ) -> CaseResult {
    var stream = RandomStream(seed: seed, purpose: "evaluation " + evaluationCase.label)
    let task = evaluationCase.task
    var bits: [Double] = []
    var wrongBits: [Double] = []
    var measures: [[TaskMeasure]] = []
    var positions: [[PositionMeasure]] = []
    var wrongInAll = 0.0
    repeat {
      let batch = task.batch(count: min(Self.batch, count - bits.count), using: &stream)
      let recording = executor.run(batch)
      bits += recording.losses.map { Double($0) / Trainer.natsPerBit }
      wrongBits += recording.wrongBits.map(Double.init)
      wrongInAll += wrongBits.suffix(batch.count).reduce(0, +)
      let probabilities = recording.probabilities(task.loss, outputSize: task.outputSize)
      probabilities.withUnsafeBufferPointer { probabilities in
        for sequence in 0..<batch.count {
          measures.append(task.measures(of: sequence, in: batch, probabilities: probabilities))
          positions.append(
            task.positionMeasures(of: sequence, in: batch, probabilities: probabilities))
        }
      }
    } while bits.count < count && wrongInAll < limit
    return CaseResult(
      label: evaluationCase.label, parameters: evaluationCase.parameters,
      sequences: bits.count,
      bits: SampleMean(of: bits), wrongBits: SampleMean(of: wrongBits),
      measures: (measures.first ?? []).indices.map { index in
        (measures[0][index].name, SampleMean(of: measures.map { $0[index].value }))
      },
      positions: (positions.first ?? []).indices.map { index in
        (positions[0][index].name, Self.means(ofEach: positions.map { $0[index].values }))
      })
  }

  /// The mean at each step over the sequences that are so long.
  private static func means(ofEach sequences: [[Double]]) -> [SampleMean] {
    (0..<(sequences.map(\.count).max() ?? 0)).map { step in
      SampleMean(of: sequences.compactMap { $0.count > step ? $0[step] : nil })
    }
  }
}

extension Recording {
  /// The outputs as probabilities.
  package func probabilities(_ loss: Loss, outputSize: Int) -> [Float] {
    switch loss {
    case .binaryCrossEntropy:
      return KernelMath.sigmoid(outputs)
    case .softmaxCrossEntropy(let group):
      var shifted = outputs
      let groups = stride(from: 0, to: outputs.count, by: group).map { $0..<($0 + group) }
      for part in groups {
        let largest = outputs[part].max() ?? 0
        for index in part { shifted[index] -= largest }
      }
      var result = KernelMath.exp(shifted)
      for part in groups {
        let sum = result[part].reduce(0, +)
        for index in part { result[index] /= sum }
      }
      return result
    }
  }
}
