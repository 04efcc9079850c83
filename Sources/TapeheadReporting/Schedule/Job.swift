public import TapeheadTraining

/// One run of many: what to train, and the folder that it leaves.
public struct Job: Sendable {
  /// How tables call it.
  public let name: String
  public let configuration: RunConfiguration
  public let folder: String
  /// So many sequences after the task was found solved it ends; nil where it goes on.
  public let afterSolved: Int?

  public init(
    _ name: String, _ configuration: RunConfiguration, folder: String, afterSolved: Int? = nil
  ) {
    self.name = name
    self.configuration = configuration
    self.folder = folder
    self.afterSolved = afterSolved
  }

  /// Sequences to train on in all.
  var target: Int { configuration.training.sequences }

  /// Whether a run that came so far needs no more training.
  func isDone(_ progress: RunProgress) -> Bool {
    progress.failure != nil || progress.sequences >= target || endsSolved(progress)
  }

  /// Whether a run that came so far ends because it has solved the task.
  func endsSolved(_ progress: RunProgress) -> Bool {
    TrainingRun.endsSolved(
      progress.sequences, solvedAfter: progress.solvedAfter, afterSolved: afterSolved)
  }
}

/// How far a job is, as a live table shows it.
public struct JobStatus: Sendable, Equatable {
  public enum State: Sendable, Equatable {
    case waiting, running, finished
    /// Why, in one sentence.
    case failed(String)
  }

  public let name: String
  public var state = State.waiting
  public var sequences = 0
  public let target: Int
  /// Means over the latest record; nil before there is one.
  public var bits: Double?
  public var wrongBits: Double?
  public var sequencesPerSecond: Double?
  public var solvedAfter: Int?

  init(_ job: Job) {
    self.name = job.name
    self.target = job.target
  }
}
