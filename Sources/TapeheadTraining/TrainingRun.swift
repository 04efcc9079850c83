public import TapeheadEngine
import TapeheadTasks

/// A training run in its folder: what `tapehead train` and `tapehead resume` do.
///
/// The folder's files depend on the configuration alone, whether the run was interrupted, killed and
/// resumed or not; only TensorBoard's files hold times.
public final class TrainingRun {
  /// One record of a run.
  public struct Report: Sendable, Equatable {
    /// Sequences trained on so far.
    public var sequences: Int
    /// Means over the sequences since the report before.
    public var bitsPerSequence: Double
    public var wrongBitsPerSequence: Double
    /// On fresh sequences, where the run looked whether the task is solved; it looks at no more of them once
    /// their wrong bits are too many for all.
    public var validationWrongBits: Double?
    /// Of this process, since the report before.
    public var sequencesPerSecond: Double
  }

  /// How a call of `train` ended.
  public enum Ending: Sendable, Equatable {
    case finished, solved, interrupted
  }

  /// On how many fresh sequences of the trained lengths it is measured whether the task is solved.
  public static let solvedSequences = 1_000
  /// The fresh sequences are drawn only when the training sequences since the last report had fewer wrong bits each.
  public static let worthChecking = 1.0
  /// Seconds between two checkpoints.
  public static let checkpointInterval = 2.0

  public let folder: RunFolder
  public let configuration: RunConfiguration
  public let trainer: Trainer
  /// Where a run that was continued stood; 0 for a new one.
  public let resumedFrom: Int
  private let threads: Int
  private let instructionSet: InstructionSet
  private let now: () -> Double
  private let metrics: MetricLog
  private let tensorBoard: TensorBoardLog

  /// Starts a run in an empty folder; `now` tells the time, in seconds since 1970.
  ///
  /// - Throws: `SettingError` or `TraceError` for what cannot be trained; `FileError`.
  public convenience init(
    starting configuration: RunConfiguration, in folder: RunFolder, threads: Int,
    instructionSet: InstructionSet, now: @escaping () -> Double
  ) throws {
    let trainer = try Trainer(configuration, threads: threads, instructionSet: instructionSet)
    let settings = try Settings(defaults: configuration)
    try AtomicFile.write(Array(settings.text.utf8), to: folder.configuration)
    try self.init(folder, configuration, trainer, threads, instructionSet, now)
    try save()
  }

  /// Continues a run where its checkpoint stands, or from the start if it has none yet.
  ///
  /// `sequences` is a new number of sequences to train on in all, for the run's configuration.
  ///
  /// - Throws: `FileError` for what cannot be read, written, or does not fit together; `SettingError` where the run
  ///   was trained on more sequences already.
  public convenience init(
    resuming folder: RunFolder, sequences: Int? = nil, threads: Int,
    instructionSet: InstructionSet, now: @escaping () -> Double
  ) throws {
    var configuration = try folder.readConfiguration()
    if let sequences { configuration.training.sequences = sequences }
    let trainer = try Trainer(configuration, threads: threads, instructionSet: instructionSet)
    if try FileSystem.kind(of: folder.checkpoint) != .nothing {
      try trainer.restore(
        from: CheckpointFile(reading: folder.checkpoint), named: folder.checkpoint)
    } else if try FileSystem.kind(of: folder.metrics) == .file,
      try !FileSystem.content(of: folder.metrics).isEmpty
    {
      throw FileError(
        folder.checkpoint, "is missing, and the run beside it has records of its training",
        remedy: "put the checkpoint back, or train the run anew in another folder")
    }
    if let sequences {
      guard sequences >= trainer.sequences else {
        throw SettingError(
          setting: "training.sequences",
          problem: "is \(sequences), and the run was trained on \(trainer.sequences) already",
          remedy: "set it to more")
      }
      let settings = try Settings(defaults: configuration)
      try AtomicFile.write(Array(settings.text.utf8), to: folder.configuration)
    }
    try self.init(folder, configuration, trainer, threads, instructionSet, now)
  }

  private init(
    _ folder: RunFolder, _ configuration: RunConfiguration, _ trainer: Trainer, _ threads: Int,
    _ instructionSet: InstructionSet, _ now: @escaping () -> Double
  ) throws {
    self.folder = folder
    self.configuration = configuration
    self.trainer = trainer
    self.resumedFrom = trainer.sequences
    self.threads = threads
    self.instructionSet = instructionSet
    self.now = now
    self.metrics = MetricLog(path: folder.metrics)
    try metrics.truncate(
      after: trainer.sequences, last: trainer.sequences - trainer.progress.recentSequences)
    self.tensorBoard = try TensorBoardLog(
      startingIn: folder.path, after: trainer.sequences, wallTime: now())
  }

  /// After how many sequences the task was found solved; nil if it was not yet.
  public var solvedAfter: Int? {
    trainer.progress.solvedAfter > 0 ? trainer.progress.solvedAfter : nil
  }

  /// Trains until the configured number of sequences.
  ///
  /// - Parameters:
  ///   - afterSolved: On how many sequences to train after the task was found solved, 0 to stop at once; nil to go on.
  ///   - interrupted: Asked after every step; when true, the run is saved and ends.
  ///   - report: Called with every record.
  /// - Returns: Why it ended.
  /// - Throws: `DivergedTraining`, after saving; `FileError` when a file cannot be written.
  public func train(
    afterSolved: Int? = nil, interrupted: () -> Bool = { false }, report: (Report) -> Void
  ) throws -> Ending {
    var lastReport = now()
    var lastSave = lastReport
    var lastSequences = trainer.sequences
    while trainer.sequences < configuration.training.sequences {
      if hasEnded(afterSolved) { break }
      if interrupted() {
        try save()
        return .interrupted
      }
      do {
        try trainer.step()
      } catch {
        try save()
        throw error
      }
      guard trainer.progress.recentSequences >= configuration.training.reportEvery else { continue }
      var record = takeRecord()
      try write(record)
      let time = now()
      record.sequencesPerSecond =
        Double(trainer.sequences - lastSequences) / max(time - lastReport, 1e-9)
      (lastReport, lastSequences) = (time, trainer.sequences)
      report(record)
      if time - lastSave >= Self.checkpointInterval {
        try save()
        lastSave = now()
      }
    }
    try save()
    return hasEnded(afterSolved) ? .solved : .finished
  }

  private func hasEnded(_ afterSolved: Int?) -> Bool {
    Self.endsSolved(trainer.sequences, solvedAfter: solvedAfter, afterSolved: afterSolved)
  }

  /// Whether a run of so many sequences, which found its task solved after `solvedAfter`, ends for it:
  /// `afterSolved` sequences later, and never where either is nil.
  public static func endsSolved(
    _ sequences: Int, solvedAfter: Int?, afterSolved: Int?
  ) -> Bool {
    guard let solvedAfter, let afterSolved else { return false }
    return sequences >= solvedAfter + afterSolved
  }

  /// Writes the checkpoint.
  public func save() throws {
    try metrics.synchronise()
    try trainer.checkpoint().write(to: folder.checkpoint)
  }

  /// The means since the last record, and whether the task is solved by now.
  private func takeRecord() -> Report {
    let progress = trainer.progress
    let count = Double(progress.recentSequences)
    var record = Report(
      sequences: progress.sequences, bitsPerSequence: progress.recentBits / count,
      wrongBitsPerSequence: Double(progress.recentWrongBits) / count, validationWrongBits: nil,
      sequencesPerSecond: 0)
    trainer.progress.recentSequences = 0
    trainer.progress.recentBits = 0
    trainer.progress.recentWrongBits = 0
    if solvedAfter == nil, record.wrongBitsPerSequence < Self.worthChecking {
      let wrong = validate()
      record.validationWrongBits = wrong
      if wrong < configuration.training.solvedBelow {
        trainer.progress.solvedAfter = progress.sequences
      }
    }
    return record
  }

  /// Wrong bits per sequence on fresh sequences, other ones each time.
  private func validate() -> Double {
    let evaluation = Evaluation(
      trainer.program, parameters: trainer.model, threads: threads,
      instructionSet: instructionSet, seed: configuration.seed)
    let task = configuration.task.task
    let fresh = EvaluationCase(
      label: "solved after \(trainer.sequences)?", parameters: [], task: task)
    return evaluation.run(
      fresh, sequences: Self.solvedSequences,
      givingUpAtWrongBits: configuration.training.solvedBelow * Double(Self.solvedSequences)
    ).wrongBits.value
  }

  private func write(_ report: Report) throws {
    try metrics.append(MetricRecord(report))
    try tensorBoard.append(
      [
        "cost/bits_per_sequence": Float(report.bitsPerSequence),
        "cost/wrong_bits_per_sequence": Float(report.wrongBitsPerSequence),
      ], step: report.sequences, wallTime: now())
  }
}

/// A line of metrics.jsonl.
private struct MetricRecord: Encodable {
  let sequences: Int
  let bitsPerSequence: Double
  let wrongBitsPerSequence: Double
  let validationWrongBitsPerSequence: Double?

  init(_ report: TrainingRun.Report) {
    self.sequences = report.sequences
    self.bitsPerSequence = report.bitsPerSequence
    self.wrongBitsPerSequence = report.wrongBitsPerSequence
    self.validationWrongBitsPerSequence = report.validationWrongBits
  }

  enum CodingKeys: String, CodingKey {
    case sequences
    case bitsPerSequence = "bits_per_sequence"
    case wrongBitsPerSequence = "wrong_bits_per_sequence"
    case validationWrongBitsPerSequence = "validation_wrong_bits_per_sequence"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(sequences, forKey: .sequences)
    try container.encode(bitsPerSequence, forKey: .bitsPerSequence)
    try container.encode(wrongBitsPerSequence, forKey: .wrongBitsPerSequence)
    try container.encodeIfPresent(
      validationWrongBitsPerSequence, forKey: .validationWrongBitsPerSequence)
  }
}

extension RunFolder {
  /// The run's configuration, every setting of which must be there.
  ///
  /// - Throws: `FileError` or `SettingsError` for a file that is none, `SettingError` for values that cannot be.
  public func readConfiguration() throws -> RunConfiguration {
    let configuration = try Settings<RunConfiguration>(reading: self.configuration).configuration
    try configuration.validate()
    return configuration
  }
}
