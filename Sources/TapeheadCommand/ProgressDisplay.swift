import TapeheadReporting
import TapeheadTraining

/// A live line where somebody watches; plain lines, now and then, where nobody does.
struct ProgressDisplay {
  private let target: Int
  private let first: Int
  private let start: Double
  private var lastLine: Double
  private var solvedAfter: Int?
  private let live = Terminal.isTerminal

  /// Seconds between two lines where nobody watches, and between two changes where somebody does.
  private static let plainInterval = 2.0
  private static let liveInterval = 0.1

  init(target: Int, first: Int, start: Double, solvedBefore: Int?) {
    self.target = target
    self.first = first
    self.start = start
    self.lastLine = start
    self.solvedAfter = solvedBefore
  }

  mutating func show(_ report: TrainingRun.Report, solvedAfter: Int?, now: Double) {
    let line = text(report, now: now)
    if let solvedAfter, self.solvedAfter == nil {
      self.solvedAfter = solvedAfter
      let message = "solved after \(grouped(solvedAfter)) sequences, \(duration(now - start))"
      if live { Terminal.replaceLine(message + "\n") } else { print(message) }
    }
    guard now - lastLine >= (live ? Self.liveInterval : Self.plainInterval) else { return }
    lastLine = now
    if live { Terminal.replaceLine(line) } else { Terminal.write(line + "\n") }
  }

  /// Leaves the live line as it is and goes to the next.
  func end() {
    if live { Terminal.write("\n") }
  }

  private func text(_ report: TrainingRun.Report, now: Double) -> String {
    let done = report.sequences - first
    let rate = Double(done) / max(now - start, 1e-9)
    let left = Double(target - report.sequences) / max(rate, 1e-9)
    let share = 100 * report.sequences / max(target, 1)
    return "\(padded(grouped(report.sequences), 9)) sequences \(padded("\(share)", 3)) %  "
      + "\(padded(significant(report.bitsPerSequence), 8)) bits  "
      + "\(padded(significant(report.wrongBitsPerSequence), 7)) wrong bits  "
      + "\(padded(grouped(Int(rate)), 6)) sequences/s  "
      + (report.sequences < target ? "\(duration(left)) left" : "done in \(duration(now - start))")
  }
}
