public import TapeheadEngine
import TapeheadTasks
public import TapeheadTraining

/// What came out of one run: how far it came, what it costs, what it can do at other lengths.
public struct RunOutcome: Codable, Sendable, Equatable {
  /// What one case of the task's evaluation gave; means over sequences, nil where not finite.
  public struct Case: Codable, Sendable, Equatable {
    public var label: String
    public var bits: Double?
    public var wrongBits: Double
    public var measures: [Measure]
  }

  /// What a task measures beside bits, such as "gap_bits".
  public struct Measure: Codable, Sendable, Equatable {
    public var name: String
    public var value: Double?
  }

  public var progress: RunProgress
  /// Of the last record.
  public var finalBits: Double?
  public var finalWrongBits: Double?
  /// Records above 1 bit per sequence after the task was solved.
  public var lateSpikes: Int
  public var cases: [Case]

  /// A record after the task was solved is a late spike above this many bits per sequence.
  public static let spikeAbove = 1.0
  /// Fresh sequences in each case; the same ones for every run.
  public static let evaluationSequences = 100
  private static let evaluationSeed: UInt64 = 1

  /// Judges a run as its checkpoint left it.
  ///
  /// - Throws: `FileError` where the run cannot be read.
  public init(
    of folder: RunFolder, progress: RunProgress, instructionSet: InstructionSet
  ) throws {
    let model = try TrainedModel(folder)
    let records = try MetricHistory(of: folder).records
    let evaluation = try Evaluation(
      model.program, parameters: model.parameters, threads: 1, instructionSet: instructionSet,
      seed: Self.evaluationSeed)
    self.progress = progress
    self.finalBits = records.last?.bits
    self.finalWrongBits = records.last?.wrongBits
    self.lateSpikes =
      progress.solvedAfter.map { solved in
        records.count { $0.sequences > solved && $0.bits > Self.spikeAbove }
      } ?? 0
    self.cases = model.configuration.task.task.evaluationCases.map {
      Case(evaluation.run($0, sequences: Self.evaluationSequences))
    }
  }

  /// The result of a case by its label.
  public func result(of label: String) -> Case? { cases.first { $0.label == label } }
}

extension RunOutcome.Case {
  init(_ result: CaseResult) {
    self.label = result.label
    self.bits = result.bitsPerSequence.isFinite ? result.bitsPerSequence : nil
    self.wrongBits = result.wrongBitsPerSequence
    self.measures = result.measures.map {
      RunOutcome.Measure(name: $0.name, value: $0.value.isFinite ? $0.value : nil)
    }
  }
}
