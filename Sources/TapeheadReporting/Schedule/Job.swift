public import TapeheadTraining

/// One run of many: what to train, and the folder that it leaves.
public struct Job: Sendable {
  /// How tables call it.
  public let name: String
  public let configuration: RunConfiguration
  public let folder: String
  /// Whether it ends as soon as the task is solved.
  public let untilSolved: Bool

  public init(
    _ name: String, _ configuration: RunConfiguration, folder: String, untilSolved: Bool = false
  ) {
    self.name = name
    self.configuration = configuration
    self.folder = folder
    self.untilSolved = untilSolved
  }

  /// Sequences to train on in all.
  var target: Int { configuration.training.sequences }

  /// Whether a run that came so far needs no more training.
  func isDone(_ progress: RunProgress) -> Bool {
    progress.failure != nil || progress.sequences >= target
      || (untilSolved && progress.solvedAfter != nil)
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
