public import TapeheadEngine
import TapeheadTraining

/// What a job left in its folder when the scheduler ended, done or not.
public struct JobResult: Sendable {
  public let job: Job
  /// Nil for a job that was never trained on a sequence.
  public let outcome: RunOutcome?
  public let history: MetricHistory
  /// Why the run could not be trained or read; nil for one that went well.
  public let failure: String?

  /// Reads the result of a job; one that was stopped on its way is judged where it stands.
  public init(of job: Job, status: JobStatus, instructionSet: InstructionSet) {
    self.job = job
    do {
      (outcome, history) = try Self.read(job, instructionSet) ?? (nil, MetricHistory([]))
      if case .failed(let reason) = status.state { failure = reason } else { failure = nil }
    } catch {
      (outcome, history, failure) = (nil, MetricHistory([]), "\(error)")
    }
  }

  /// Nil for a job that was never trained on a sequence.
  private static func read(
    _ job: Job, _ instructionSet: InstructionSet
  ) throws -> (RunOutcome, MetricHistory)? {
    guard let progress = try job.progressNote.read(), progress.sequences > 0 else { return nil }
    let folder = try RunFolder(opening: job.folder)
    let history = try MetricHistory(
      of: folder, job.configuration.training, trained: progress.sequences)
    if let outcome = try job.outcomeNote.read(), outcome.progress == progress {
      return (outcome, history)
    }
    return (
      try RunOutcome(of: folder, progress: progress, instructionSet: instructionSet), history
    )
  }

  /// Whether the run needs no more training: that it stopped being finite is a result, that its
  /// folder holds another run is not.
  public var isDone: Bool {
    guard let outcome, failure == nil || outcome.progress.failure != nil else { return false }
    return job.isDone(outcome.progress)
  }

  /// Whether the run ended early, because it had solved the task.
  var endedSolved: Bool { outcome.map { job.endsSolved($0.progress) } ?? false }

  var state: RunState {
    if outcome?.progress.failure != nil { return .notFinite }
    if failure != nil { return .failed }
    return isDone ? .finished : outcome == nil ? .notStarted : .unfinished
  }
}

/// What became of a run, as tables call it.
enum RunState: String {
  case finished, failed, unfinished
  case notFinite = "not finite"
  case notStarted = "not started"
}

/// Medians and ranges over seeds; never the best one.
package struct Spread: Equatable {
  package let low: Double
  package let median: Double
  package let high: Double

  /// Nil for no values; a value that is infinite counts as the greatest.
  package init?(_ values: [Double]) {
    let sorted = values.filter { !$0.isNaN }.sorted()
    guard let low = sorted.first, let high = sorted.last else { return nil }
    self.low = low
    self.median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    self.high = high
  }
}

/// The smallest value that at least this share of all values does not exceed (nearest rank).
package func quantile(_ share: Double, of values: [Double]) -> Double? {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return nil }
  let rank = Int((share * Double(sorted.count)).rounded(.up))
  return sorted[min(max(rank, 1), sorted.count) - 1]
}
