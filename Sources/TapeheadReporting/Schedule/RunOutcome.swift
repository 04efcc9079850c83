public import TapeheadEngine
import TapeheadTasks
public import TapeheadTraining

/// What came out of one run: how far it came, what it costs, what it can do at other lengths.
public struct RunOutcome: Codable, Sendable, Equatable {
  /// What one case of the task's evaluation gave; means over sequences, nil where not finite.
  public struct Case: Codable, Sendable, Equatable {
    public var label: String
    /// Fresh ones that it was judged on.
    public var sequences: Int
    public var bits: Double?
    /// Half the width of the 95 % confidence interval of the bits.
    public var bitsConfidence: Double?
    public var wrongBits: Double
    public var measures: [Measure]
    /// What is measured at every step, such as the gap of each bit.
    public var positions: [Positions]?

    /// What the task measures beside bits, by its name.
    public func measure(_ name: String) -> Double? {
      measures.first { $0.name == name }?.value
    }
  }

  /// What a task measures step by step; nil where not finite.
  public struct Positions: Codable, Sendable, Equatable {
    public var name: String
    public var values: [Double?]
  }

  /// What a task measures beside bits, such as "gap_bits".
  public struct Measure: Codable, Sendable, Equatable {
    public var name: String
    public var value: Double?
    /// Half the width of the 95 % confidence interval.
    public var confidence: Double?
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
  /// Of the fresh sequences of each case, which are the same ones for every run.
  public static let evaluationSeed: UInt64 = 1

  /// Judges a run as its checkpoint left it; nil progress is of a run that no schedule noted.
  ///
  /// - Throws: `FileError` where the run cannot be read.
  public init(
    of folder: RunFolder, progress: RunProgress? = nil, instructionSet: InstructionSet
  ) throws {
    let model = try TrainedModel(folder)
    let records = try MetricHistory(
      of: folder, model.configuration.training, trained: model.sequences
    ).records
    self.progress = progress ?? RunProgress(sequences: model.sequences)
    self.finalBits = records.last?.bits
    self.finalWrongBits = records.last?.wrongBits
    self.lateSpikes =
      self.progress.solvedAfter.map { solved in
        records.count { $0.sequences > solved && $0.bits > Self.spikeAbove }
      } ?? 0
    self.cases = try Self.cases(of: model, instructionSet: instructionSet)
  }

  /// Judges a model on its task's own suite.
  static func cases(
    of model: TrainedModel, instructionSet: InstructionSet
  ) throws -> [Case] {
    let evaluation = Evaluation(
      model.program, parameters: model.parameters, threads: 1, instructionSet: instructionSet,
      seed: evaluationSeed)
    return evaluation.runSuite(of: model.configuration.task.task).map(Case.init)
  }

  /// The result of a case by its label.
  public func result(of label: String) -> Case? { cases.first { $0.label == label } }
}

extension RunOutcome.Case {
  init(_ result: CaseResult) {
    self.label = result.label
    self.sequences = result.sequences
    self.bits = result.bits.value.ifFinite
    self.bitsConfidence = result.bits.confidence.ifFinite
    self.wrongBits = result.wrongBits.value
    self.measures = result.measures.map {
      RunOutcome.Measure(
        name: $0.name, value: $0.mean.value.ifFinite, confidence: $0.mean.confidence.ifFinite)
    }
    self.positions = result.positions.map { name, means in
      RunOutcome.Positions(name: name, values: means.map(\.value.ifFinite))
    }
  }
}
