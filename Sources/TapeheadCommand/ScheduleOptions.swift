import ArgumentParser
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// How many runs are trained, for `reproduce` and `sweep`.
struct ScheduleOptions: ParsableArguments {
  @Option(
    help: "Seeds, such as 1-100 or 1,2,7 (default: 1,2,3).", transform: SeedList.init(parsing:))
  var seeds = SeedList(numbers: [1, 2, 3])

  @Option(parsing: .unconditional, help: "Stop after so many minutes; the same command goes on.")
  var minutes: Double?

  @Option(parsing: .unconditional, help: "Sequences to train each run on.")
  var sequences: Int?

  @Option(parsing: .unconditional, help: "Runs at a time (default: one a processor).")
  var workers: Int?

  @Flag(help: "Only errors and the end.")
  var quiet = false

  func validate() throws {
    if let minutes, !(minutes > 0 && minutes <= 1e6) {
      throw ValidationError("--minutes is \(minutes): set it to a number above 0.")
    }
    if let sequences, !(1...1_000_000_000).contains(sequences) {
      throw ValidationError(
        "--sequences is \(sequences): set it to a number from 1 to 1000000000.")
    }
    if let workers, !(1...1_024).contains(workers) {
      throw ValidationError("--workers is \(workers): set it to a number from 1 to 1024.")
    }
  }

  /// Seeds are given by `--seeds` alone, and sequences once.
  func refuse(_ assignments: [String]) throws(SettingError) {
    if assignments.contains(where: { $0.hasPrefix("seed=") }) {
      throw SettingError(
        setting: "seed", problem: "is given with --set",
        remedy: "give the seeds of all runs with --seeds")
    }
    let names = ["sequences=", "training.sequences="]
    if sequences != nil,
      assignments.contains(where: { text in names.contains { text.hasPrefix($0) } })
    {
      throw SettingError(
        setting: "training.sequences", problem: "is given with --set and with --sequences",
        remedy: "leave out the one or the other")
    }
  }

  /// Trains the jobs and reads what they left.
  ///
  /// - Throws: `FileError` where the runs' folder cannot be made, or a job's holds another run; nothing is trained then.
  func results(of jobs: [Job], stages: [Int] = [], in folder: String) throws -> [JobResult] {
    try FileSystem.makeFolders("\(folder)/runs")
    for job in jobs { try job.checkFolder() }
    Interrupt.watch()
    let instructionSet = try InstructionSet.selected()
    let start = Clock.now()
    let display = ScheduleDisplay(start: start, quiet: quiet)
    let scheduler = Scheduler(
      jobs, stages: stages, workers: workers ?? Clock.processors, instructionSet: instructionSet,
      now: { Clock.now() })
    let limits = Scheduler.Limits(
      seconds: minutes.map { 60 * $0 }, interrupted: { Interrupt.wasAsked })
    let statuses = scheduler.run(within: limits) { display.show($0, now: Clock.now()) }
    display.end(statuses, now: Clock.now())
    return zip(jobs, statuses).map {
      JobResult(of: $0, status: $1, instructionSet: instructionSet)
    }
  }

  /// Says how to go on where runs are unfinished, with an interrupt's exit code if there was one.
  func conclude(_ results: [JobResult]) throws {
    if Interrupt.wasAsked {
      printError("interrupted and saved; the same command goes on")
      throw ExitCode(Interrupt.exitCode)
    }
    let open = results.count { !$0.isDone && $0.failure == nil }
    if open > 0 {
      print("\(open == 1 ? "1 run is" : "\(open) runs are") unfinished; the same command goes on")
    }
    let failures = results.filter { $0.failure != nil && !$0.isDone }
    for result in failures {
      printError("tapehead: \(result.job.name): \(result.failure ?? "")")
    }
    if !failures.isEmpty { throw ExitCode.failure }
  }
}

/// Seeds as the command line gives them: numbers and ranges with commas between them.
struct SeedList: CustomStringConvertible {
  let numbers: [UInt64]
  /// More seeds than anybody trains.
  private static let most: UInt64 = 100_000

  init(numbers: [UInt64]) {
    self.numbers = numbers
  }

  /// - Throws: `ValidationError` that says which part is wrong.
  init(parsing text: String) throws {
    var numbers: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
      guard (1...2).contains(ends.count), let low = ends[0], let high = ends[ends.count - 1] else {
        throw ValidationError(
          "'\(part)' is no seed and no range; write numbers from 0 on, such as 1-100 or 1,2,7")
      }
      guard low <= high else {
        throw ValidationError("\(part) runs backwards; write \(high)-\(low)")
      }
      guard high - low < Self.most else {
        throw ValidationError("\(part) is more than \(Self.most) seeds; give fewer")
      }
      numbers += low...high
    }
    guard Set(numbers).count == numbers.count else {
      throw ValidationError("a seed stands there twice; give each once")
    }
    self.numbers = numbers
  }

  var description: String { numbers.map(String.init).joined(separator: ",") }
}
