import Synchronization
public import TapeheadEngine
import TapeheadTraining

/// Many runs on the processors of this machine, one thread each; `reproduce` and `sweep` use it.
///
/// A job that is done is not repeated, one that was stopped or killed goes on from its checkpoint.
/// A job that fails is recorded, and the others go on.
public final class Scheduler: Sendable {
  /// When to stop before all jobs are done.
  public struct Limits: Sendable {
    /// Seconds that the scheduler may take; nil for as long as it needs.
    public var seconds: Double?
    /// Asked after every step of every run: whether somebody wants an end.
    public var interrupted: @Sendable () -> Bool

    public init(seconds: Double? = nil, interrupted: @escaping @Sendable () -> Bool = { false }) {
      (self.seconds, self.interrupted) = (seconds, interrupted)
    }
  }

  /// A job and the number of sequences up to which it may be trained in one stay.
  private struct Stay: Sendable {
    let job: Int
    let limit: Int
  }

  private struct State {
    var statuses: [JobStatus]
    /// What is left to do, in its order.
    var stays: [Stay]
    /// Jobs that a worker has.
    var busy: Set<Int> = []
  }

  private let jobs: [Job]
  private let workers: Int
  private let instructionSet: InstructionSet
  private let now: @Sendable () -> Double
  private let state: Mutex<State>

  /// - Parameters:
  ///   - jobs: In the order to take them, each with a folder of its own.
  ///   - stages: Rising numbers of sequences. All jobs are trained up to the first before any goes
  ///     on to the second, so that each shows something early.
  ///   - workers: Threads, one for each run at a time.
  ///   - instructionSet: What the kernels run with.
  ///   - now: The time in seconds.
  public init(
    _ jobs: [Job], stages: [Int] = [], workers: Int, instructionSet: InstructionSet,
    now: @escaping @Sendable () -> Double
  ) {
    precondition(Set(jobs.map(\.folder)).count == jobs.count, "two jobs have one folder")
    self.jobs = jobs
    self.workers = workers
    self.instructionSet = instructionSet
    self.now = now
    let early = stages.flatMap { limit in
      jobs.indices.filter { limit < jobs[$0].target }.map { Stay(job: $0, limit: limit) }
    }
    let last = jobs.indices.map { Stay(job: $0, limit: jobs[$0].target) }
    self.state = Mutex(State(statuses: jobs.map(JobStatus.init), stays: early + last))
  }

  /// Trains until all jobs are done or a limit is reached.
  ///
  /// - Parameters:
  ///   - limits: When to stop early.
  ///   - observe: Called with the states of all jobs after every change, by one thread at a time.
  /// - Returns: The states of all jobs at the end.
  public func run(
    within limits: Limits = Limits(), observe: @escaping @Sendable ([JobStatus]) -> Void
  ) -> [JobStatus] {
    for index in jobs.indices { recall(index) }
    let end = limits.seconds.map { now() + $0 }
    let isOver: @Sendable () -> Bool = { [now] in
      limits.interrupted() || end.map { now() >= $0 } ?? false
    }
    let team = ThreadTeam(count: max(1, min(workers, jobs.count)))
    team.assign { _ in self.work(isOver, observe) }
    team.run()
    team.end()
    return state.withLock { $0.statuses }
  }

  /// Takes over what an earlier process left of a job.
  private func recall(_ index: Int) {
    change(index) { status in
      do {
        guard let progress = try jobs[index].progressNote.read() else { return }
        try jobs[index].checkSettings(of: RunFolder(opening: jobs[index].folder))
        status.note(progress)
        if let outcome = try jobs[index].outcomeNote.read(), jobs[index].isDone(outcome.progress) {
          status.finish(outcome.progress)
        }
      } catch {
        status.state = .failed("\(error)")
      }
    }
  }

  private func change(_ index: Int, _ body: (inout JobStatus) -> Void) {
    state.withLock { body(&$0.statuses[index]) }
  }

  /// What one thread does until nothing is left.
  private func work(_ isOver: () -> Bool, _ observe: ([JobStatus]) -> Void) {
    while !isOver(), let stay = next() { train(stay, isOver, observe) }
  }

  /// The next stay whose job no other thread has.
  ///
  /// Where there is none, the threads that have the remaining jobs will take their later stays too.
  private func next() -> Stay? {
    state.withLock { state in
      state.stays.removeAll { state.statuses[$0.job].isOver }
      guard let place = state.stays.firstIndex(where: { !state.busy.contains($0.job) }) else {
        return nil
      }
      let stay = state.stays.remove(at: place)
      state.busy.insert(stay.job)
      state.statuses[stay.job].state = .running
      return stay
    }
  }

  private func train(_ stay: Stay, _ isOver: () -> Bool, _ observe: ([JobStatus]) -> Void) {
    let job = jobs[stay.job]
    let run = ScheduledRun(job: job, instructionSet: instructionSet, now: now)
    func tell(_ body: (inout JobStatus) -> Void) {
      state.withLock { state in
        body(&state.statuses[stay.job])
        observe(state.statuses)
      }
    }
    tell { _ in }
    do {
      let progress = try run.train(upTo: stay.limit, stopped: isOver) { record, progress in
        tell { $0.note(record, progress) }
      }
      tell { status in
        status.note(progress)
        if job.isDone(progress) { status.finish(progress) } else { status.state = .waiting }
      }
    } catch {
      tell { $0.state = .failed("\(error)") }
    }
    _ = state.withLock { $0.busy.remove(stay.job) }
  }
}

extension JobStatus {
  /// Whether nothing is left to do.
  public var isOver: Bool {
    switch state {
    case .finished, .failed: true
    case .waiting, .running: false
    }
  }

  fileprivate mutating func note(_ record: TrainingRun.Report, _ progress: RunProgress) {
    note(progress)
    bits = record.bitsPerSequence
    wrongBits = record.wrongBitsPerSequence
    sequencesPerSecond = record.sequencesPerSecond
  }

  fileprivate mutating func note(_ progress: RunProgress) {
    sequences = progress.sequences
    solvedAfter = progress.solvedAfter
  }

  fileprivate mutating func finish(_ progress: RunProgress) {
    note(progress)
    state = progress.failure.map(State.failed) ?? .finished
    sequencesPerSecond = nil
  }
}
