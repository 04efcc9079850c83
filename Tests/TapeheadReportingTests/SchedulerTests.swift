import Synchronization
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

@Suite("Many runs")
struct SchedulerTests {
  private func jobs(_ count: Int, in folder: TemporaryFolder, sequences: Int = 60) -> [Job] {
    (1...count).map { seed in
      var configuration = Tiny.configuration(sequences: sequences)
      configuration.seed = UInt64(seed)
      return Job("run \(seed)", configuration, folder: folder.file("run\(seed)"))
    }
  }

  private func run(
    _ jobs: [Job], stages: [Int] = [], workers: Int = 2, limits: Scheduler.Limits = .init(),
    observe: @escaping @Sendable ([JobStatus]) -> Void = { _ in }
  ) -> [JobStatus] {
    let scheduler = Scheduler(
      jobs, stages: stages, workers: workers, instructionSet: .fastest, now: { 0 })
    return scheduler.run(within: limits, observe: observe)
  }

  @Test("all are trained to their end, each in its own folder")
  func finishes() throws {
    let folder = try TemporaryFolder()
    let jobs = jobs(3, in: folder)
    let statuses = run(jobs)
    #expect(statuses.map(\.state) == [.finished, .finished, .finished])
    #expect(statuses.map(\.sequences) == [60, 60, 60])
    let results = zip(jobs, statuses).map {
      JobResult(of: $0, status: $1, instructionSet: .fastest)
    }
    #expect(results.map(\.isDone) == [true, true, true])
    #expect(results.map(\.history.records.count) == [6, 6, 6])
  }

  @Test("finished runs are not repeated")
  func remembers() throws {
    let folder = try TemporaryFolder()
    let jobs = jobs(2, in: folder)
    _ = run(jobs)
    let calls = Mutex(0)
    let statuses = run(jobs) { _ in calls.withLock { $0 += 1 } }
    #expect(statuses.map(\.state) == [.finished, .finished])
    #expect(calls.withLock { $0 } == 0)
  }

  @Test("finished runs go on where more sequences are asked for")
  func extends() throws {
    let folder = try TemporaryFolder()
    _ = run(jobs(1, in: folder))
    let statuses = run(jobs(1, in: folder, sequences: 90))
    #expect(statuses[0].sequences == 90)
    #expect(statuses[0].state == .finished)
  }

  @Test("a killed run that noted more than its checkpoint holds notes anew where it goes on")
  func notesAnew() throws {
    let folder = try TemporaryFolder()
    let job = jobs(1, in: folder)[0]
    _ = run([job])
    let note = "\(job.folder)/progress.json"
    let text = String(decoding: try FileSystem.content(of: note), as: UTF8.self)
    _ = try AtomicFile.write(Array(text.replacing("60", with: "75").utf8), to: note)
    let seen = Mutex<Set<Bool>>([])
    _ = run(jobs(1, in: folder, sequences: 90)) { statuses in
      guard statuses[0].sequences == 70, let bytes = try? FileSystem.content(of: note) else {
        return
      }
      seen.withLock { _ = $0.insert(String(decoding: bytes, as: UTF8.self).contains("75")) }
    }
    #expect(seen.withLock { $0 } == [false])
  }

  @Test("a run that cannot start is recorded, and the others go on")
  func blocked() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("in the way", to: "run2")
    let statuses = run(jobs(3, in: folder))
    #expect(statuses.map { $0.state == .finished } == [true, false, true])
    guard case .failed(let reason) = statuses[1].state else {
      Issue.record("the blocked run did not fail")
      return
    }
    #expect(reason.contains("run2"))
  }

  @Test("a run that stops being finite is recorded, with its outcome, and not repeated")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    var configuration = Tiny.configuration(sequences: 400)
    configuration.training.optimiser.kind = .sgd
    configuration.training.optimiser.learningRate = .greatestFiniteMagnitude
    configuration.training.clipping.kind = .none
    let job = Job("wild", configuration, folder: folder.file("wild"))
    let statuses = run([job])
    guard case .failed(let reason) = statuses[0].state else {
      Issue.record("\(statuses[0])")
      return
    }
    #expect(reason.contains("training stopped at update"))
    let result = JobResult(of: job, status: statuses[0], instructionSet: .fastest)
    #expect(result.isDone)
    let again = run([job])
    #expect(again[0].state == statuses[0].state)
  }

  @Test("other settings in the same folder are refused")
  func otherSettings() throws {
    let folder = try TemporaryFolder()
    _ = run(jobs(1, in: folder))
    // With more sequences the run would go on; with fewer it is done already.
    for sequences in [90, 30] {
      var other = Tiny.configuration(sequences: sequences)
      other.training.batch = 2
      let job = Job("other", other, folder: folder.file("run1"))
      let statuses = run([job])
      guard case .failed(let reason) = statuses[0].state else {
        Issue.record("\(statuses[0])")
        return
      }
      #expect(reason.contains("holds a run with other settings"))
      let result = JobResult(of: job, status: statuses[0], instructionSet: .fastest)
      #expect(!result.isDone)
      #expect(result.failure == reason)
    }
  }

  @Test("all runs pass an early stage before any goes on")
  func stages() throws {
    let folder = try TemporaryFolder()
    let seen = Mutex<[[Int]]>([])
    let jobs = jobs(3, in: folder)
    let statuses = run(jobs, stages: [20], workers: 1) { jobs in
      seen.withLock { $0.append(jobs.map(\.sequences)) }
    }
    #expect(statuses.map(\.sequences) == [60, 60, 60])
    let early = seen.withLock { $0.filter { $0[0] > 20 } }
    let late = early.filter { $0[2] < 20 }
    #expect(!early.isEmpty)
    #expect(late == [])
  }

  @Test("a budget of time ends it, and the runs are saved where they stand")
  func budget() throws {
    let folder = try TemporaryFolder()
    let clock = TestClock()
    let jobs = jobs(2, in: folder)
    let scheduler = Scheduler(
      jobs, workers: 1, instructionSet: .fastest, now: { clock.now })
    let statuses = scheduler.run(within: .init(seconds: 2.5)) { _ in clock.advance(by: 1) }
    #expect(statuses.map(\.isOver) == [false, false])
    #expect((1..<60).contains(statuses[0].sequences))
    let result = JobResult(of: jobs[0], status: statuses[0], instructionSet: .fastest)
    #expect(result.outcome?.progress.sequences == statuses[0].sequences)
    #expect(!result.isDone)
  }
}
