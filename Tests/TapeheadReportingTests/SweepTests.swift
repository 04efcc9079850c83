import Synchronization
import TapeheadEngine
import TapeheadFigures
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

@Suite("Sweeps")
struct SweepTests {
  private func sweep(_ folder: TemporaryFolder, afterSolved: Int? = nil) throws -> Sweep {
    try Sweep(
      of: Settings(defaults: Tiny.configuration()),
      varying: [
        Variation("memory.initial=constant,random"), Variation("training.batch=1,2"),
      ],
      seeds: [1, 2], afterSolved: afterSolved, in: folder.path)
  }

  private func train(
    _ sweep: Sweep, workers: Int, limits: Scheduler.Limits = .init()
  ) -> [JobStatus] {
    let scheduler = Scheduler(
      sweep.jobs, workers: workers, instructionSet: .fastest, now: { 0 })
    return scheduler.run(within: limits) { _ in }
  }

  private func results(
    of sweep: Sweep, workers: Int, limits: Scheduler.Limits = .init()
  ) -> [JobResult] {
    let statuses = train(sweep, workers: workers, limits: limits)
    return zip(sweep.jobs, statuses).map {
      JobResult(of: $0, status: $1, instructionSet: .fastest)
    }
  }

  @Test("settings multiply, and every seed has every setting before the next")
  func jobs() throws {
    let folder = try TemporaryFolder()
    let jobs = try sweep(folder).jobs
    #expect(jobs.count == 8)
    #expect(
      jobs.prefix(3).map(\.name) == [
        "initial-constant-batch-1-seed1", "initial-constant-batch-2-seed1",
        "initial-random-batch-1-seed1",
      ])
    #expect(jobs.map(\.configuration.training.batch) == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(jobs.map(\.configuration.seed) == [1, 1, 1, 1, 2, 2, 2, 2])
  }

  @Test("interrupted again and again, a sweep writes the same tables as one that was not")
  func resumes() throws {
    let (calm, restless) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try sweep(calm)
    let undisturbed = results(of: expected, workers: 2)
    let sweep = try sweep(restless)
    var sessions = 0
    var isDone = false
    while !isDone && sessions < 50 {
      let steps = Mutex(0)
      let limits = Scheduler.Limits(interrupted: {
        steps.withLock { steps in
          steps += 1
          return steps > 70
        }
      })
      isDone = train(sweep, workers: 1, limits: limits).allSatisfy(\.isOver)
      sessions += 1
    }
    let found = results(of: sweep, workers: 1)
    #expect((3..<50).contains(sessions))
    let (after, before) = (try sweep.outcomes(found), try expected.outcomes(undisturbed))
    #expect(after.table.text == before.table.text)
    #expect(after.summary.text == before.summary.text)
    #expect(undisturbed.map(\.history) == found.map(\.history))
  }

  @Test("the table has a line for each run, with its settings")
  func outcomes() throws {
    let folder = try TemporaryFolder()
    let sweep = try sweep(folder)
    let table = try sweep.outcomes(results(of: sweep, workers: 2)).table
    #expect(table.columns.prefix(4) == ["memory.initial", "training.batch", "seed", "state"])
    #expect(table.columns.contains("wrong_bits length 120"))
    #expect(table.rows.count == 8)
    #expect(table.rows[1].prefix(5) == ["constant", "1", "2", "finished", "no"])
    #expect(table.rows.map { $0[7] } == Array(repeating: "60", count: 8))
  }

  @Test("a curve for each group has the median of its seeds at every record")
  func learningCurves() throws {
    let folder = try TemporaryFolder()
    let sweep = try sweep(folder)
    let results = results(of: sweep, workers: 1)
    let curves = try #require(try sweep.learningCurves(results)).curves
    #expect(curves.count == 4)
    #expect(curves[1].name == "memory.initial=constant, training.batch=2")
    let seeds = [results[1], results[5]].map { $0.history.records[2] }
    #expect(curves[1].points[2].x == Double(seeds[0].sequences))
    #expect(curves[1].points[2].y == (seeds[0].bits + seeds[1].bits) / 2)
    #expect(curves[1].points[2].range?.upperBound == seeds.map(\.bits).max())
  }

  @Test("an object's settings are written out in the figures")
  func titles() throws {
    let variation = try Variation(
      #"model.conventions={},{"memory":{"initial":"random","deviation":0.5}},{"gateBias":0}"#)
    let sweep = try Sweep(
      of: Settings(defaults: Tiny.configuration()), varying: [variation], seeds: [1],
      afterSolved: nil, in: "unused")
    #expect(
      (0..<3).map(sweep.title(ofGroup:)) == [
        "model.conventions as it is", "memory.initial=random, deviation=0.5", "gateBias=0",
      ])
  }

  @Test("a run that ended because it solved the task keeps its last cost")
  func held() {
    let history = MetricHistory([
      .init(sequences: 10, bits: 3, wrongBits: 1), .init(sequences: 20, bits: 0.5, wrongBits: 0),
    ])
    let held = history.held(until: 45).records
    #expect(held.prefix(2) == history.records[...])
    #expect(held.map(\.sequences) == [10, 20, 30, 40])
    #expect(held.map(\.bits) == [3, 0.5, 0.5, 0.5])
    #expect(history.held(until: 20) == history)
  }

  @Test("runs that are not done count as nothing in the summary")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    let sweep = try sweep(folder)
    let results = results(of: sweep, workers: 1, limits: .init(interrupted: { true }))
    let outcomes = try sweep.outcomes(results)
    let done = outcomes.summary.rows.map { $0[2] }
    #expect(done == ["0", "0", "0", "0"])
    #expect(try outcomes.survivalCurves(of: sweep.subject) == nil)
    #expect(try outcomes.solvingTimes(of: sweep.subject) == nil)
    #expect(try sweep.learningCurves(results) == nil)
    #expect(outcomes.table.rows[0][3] == "not started")
  }

  @Test(
    "values are parted at commas outside of brackets",
    arguments: [
      ("a.b=1,2", "a.b", ["1", "2"]), ("a=[1,2],[3]", "a", ["[1,2]", "[3]"]), ("a=x", "a", ["x"]),
    ])
  func variations(text: String, path: String, values: [String]) throws {
    let variation = try Variation(text)
    #expect(variation.path == path)
    #expect(variation.values == values)
  }

  @Test("what is no variation is refused", arguments: ["a", "=1", "a=1,", "a=1,1"])
  func refuses(text: String) {
    #expect(throws: ReportingError.self) { try Variation(text) }
  }

  @Test("a setting that cannot be is refused before anything is trained")
  func refusesSettings() throws {
    let folder = try TemporaryFolder()
    #expect(throws: SettingError.self) {
      try Sweep(
        of: Settings(defaults: Tiny.configuration()), varying: [Variation("shifts=3,4")],
        seeds: [1], afterSolved: nil, in: folder.path)
    }
    #expect(try folder.names() == [])
  }

  @Test(
    "groups that would be the same are refused",
    arguments: [["seed=1,2"], ["training.batch=1,2", "batch=2,1"]])
  func refusesSameGroups(variations: [String]) throws {
    let error = #expect(throws: ReportingError.self) {
      try Sweep(
        of: Settings(defaults: Tiny.configuration()), varying: variations.map { try Variation($0) },
        seeds: [1], afterSolved: nil, in: "unused")
    }
    #expect(error?.problem.hasSuffix("would be the same runs") == true)
  }

  @Test("a run that went further than is asked for, and whose note was lost, is done")
  func furtherThanAsked() throws {
    let folder = try TemporaryFolder()
    func sweep(_ sequences: Int) throws -> Sweep {
      try Sweep(
        of: Settings(defaults: Tiny.configuration(sequences: sequences)), varying: [], seeds: [1],
        afterSolved: nil, in: folder.path)
    }
    _ = results(of: try sweep(40), workers: 1)
    try FileSystem.remove(folder.file("runs/seed1/progress.json"))
    let found = results(of: try sweep(20), workers: 1)
    #expect(found.map(\.isDone) == [true])
    #expect(found[0].outcome?.progress.sequences == 40)
  }

  @Test("runs train on after they solved their task, and more so when asked again for more")
  func afterSolved() throws {
    let folder = try TemporaryFolder()
    var task = Copy()
    (task.bits, task.maximumLength) = (1, 1)
    var configuration = Tiny.configuration(task, sequences: 70)
    // One bit to guess: half of it is wrong in a sequence, so the first record solves it.
    configuration.training.solvedBelow = 1
    func ends(_ afterSolved: Int) throws -> [Int?] {
      let sweep = try Sweep(
        of: Settings(defaults: configuration), varying: [], seeds: [1, 2], afterSolved: afterSolved,
        in: folder.path)
      let results = results(of: sweep, workers: 2)
      #expect(results.map(\.isDone) == [true, true])
      #expect(results.map { $0.outcome?.progress.solvedAfter } == [10, 10])
      return results.map { $0.outcome?.progress.sequences }
    }
    #expect(try ends(0) == [10, 10])
    #expect(try ends(25) == [35, 35])
    #expect(try ends(25) == [35, 35])
    #expect(try ends(1_000) == [70, 70])
  }

  @Test("a folder with other runs is refused, one with some of its own is not")
  func refusesOtherRuns() throws {
    let folder = try TemporaryFolder()
    let sweep = try sweep(folder)
    try sweep.checkFolder()
    _ = results(of: sweep, workers: 2)
    try sweep.checkFolder()
    let part = try Sweep(
      of: Settings(defaults: Tiny.configuration()),
      varying: [Variation("memory.initial=constant,random"), Variation("training.batch=1,2")],
      seeds: [1], afterSolved: nil, in: folder.path)
    let error = #expect(throws: FileError.self) { try part.checkFolder() }
    #expect(
      error?.problem
        == "holds runs that this sweep does not ask for (4, such as initial-constant-batch-1-seed2)"
    )
  }

  @Test(
    "quantiles are values that were measured",
    arguments: [
      (0.5, [3, 1, 2], 2), (0.9, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 9), (0.5, [1, .infinity], 1),
    ] as [(Double, [Double], Double)])
  func quantiles(share: Double, values: [Double], expected: Double) {
    let value = quantile(share, of: values)
    #expect(value == expected)
  }
}
