import TapeheadReporting

/// A live table of many runs where somebody watches; plain lines, now and then, where nobody does.
final class ScheduleDisplay: @unchecked Sendable {
  // Unchecked: the scheduler calls it from one thread at a time.
  private let start: Double
  private let isQuiet: Bool
  private var lastTable = -Double.infinity
  private var lastStates: [JobStatus.State] = []
  private var drawnLines = 0
  private let live = Terminal.isTerminal

  private static let liveInterval = 0.2
  private static let plainInterval = 30.0
  /// Runs in the live table; the others are counted.
  private static let mostRows = 18

  init(start: Double, quiet: Bool) {
    (self.start, self.isQuiet) = (start, quiet)
  }

  func show(_ jobs: [JobStatus], now: Double) {
    guard !isQuiet else { return }
    if live {
      guard now - lastTable >= Self.liveInterval else { return }
      lastTable = now
      draw(table(jobs, now))
    } else {
      printChanges(jobs, now)
    }
  }

  /// Draws the last state.
  func end(_ jobs: [JobStatus], now: Double) {
    if isQuiet {
      print(summary(jobs, now))
    } else if live {
      draw(table(jobs, now))
    } else {
      printChanges(jobs, now)
      print(summary(jobs, now))
    }
  }

  private func draw(_ lines: [String]) {
    let up = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
    let cleared = max(0, drawnLines - lines.count)
    let rest = String(repeating: "\u{1B}[2K\n", count: cleared)
    let back = cleared > 0 ? "\u{1B}[\(cleared)A" : ""
    Terminal.write(up + lines.map { "\u{1B}[2K\($0)\n" }.joined() + rest + back)
    drawnLines = lines.count
  }

  /// Running jobs first, then those that are over, the latest in the list first, then waiting ones.
  private func table(_ jobs: [JobStatus], _ now: Double) -> [String] {
    let order =
      jobs.filter { $0.state == .running } + jobs.filter(\.isOver).reversed()
      + jobs.filter { $0.state == .waiting }
    let rows = order.prefix(Self.mostRows).map(row)
    let more = order.count > rows.count ? ["… and \(order.count - rows.count) more"] : []
    let heading = ["run", "", "sequences", "bits", "wrong bits", "per second"]
    return aligned([heading] + rows).split(separator: "\n").map(String.init) + more
      + [summary(jobs, now)]
  }

  private func row(_ job: JobStatus) -> [String] {
    [
      job.name, word(job), "\(grouped(job.sequences)) of \(grouped(job.target))",
      job.bits.map(significant) ?? "", job.wrongBits.map(significant) ?? "",
      job.sequencesPerSecond.map { grouped(Int($0)) } ?? "",
    ]
  }

  private func word(_ job: JobStatus) -> String {
    switch job.state {
    case .waiting: job.sequences > 0 ? "paused" : "waiting"
    case .running: job.solvedAfter == nil ? "running" : "running, solved"
    case .finished: job.solvedAfter.map { "solved after \(grouped($0))" } ?? "finished"
    case .failed: "failed"
    }
  }

  private func summary(_ jobs: [JobStatus], _ now: Double) -> String {
    let over = jobs.count(where: \.isOver)
    let solved = jobs.count { $0.solvedAfter != nil }
    let failed = jobs.count { if case .failed = $0.state { true } else { false } }
    return "\(over) of \(jobs.count) runs done, \(solved) solved, \(failed) failed, "
      + duration(now - start)
  }

  /// A line for each job that is over since the last look, and all running ones now and then.
  private func printChanges(_ jobs: [JobStatus], _ now: Double) {
    let isDue = now - lastTable >= Self.plainInterval
    if isDue { lastTable = now }
    for (index, job) in jobs.enumerated() {
      let isNew = lastStates.isEmpty || lastStates[index] != job.state
      switch job.state {
      case .failed(let reason) where isNew: Terminal.write("\(job.name) failed: \(reason)\n")
      case .finished where isNew, .running where isDue && job.bits != nil:
        let line = row(job).filter { !$0.isEmpty }.joined(separator: "  ")
        Terminal.write(line + "\n")
      default: break
      }
    }
    lastStates = jobs.map(\.state)
  }
}
