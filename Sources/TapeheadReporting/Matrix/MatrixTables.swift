import TapeheadTasks
import TapeheadTraining

extension Matrix {
  /// One line for each run.
  public func outcomes(_ results: [JobResult]) -> CommaTable {
    var table = CommaTable(columns: [
      "task", "model", "seed", "state", "sequences", "seconds", "solved_after",
      "seconds_to_solve", "final_bits", "final_wrong_bits", "late_spikes", "failure",
    ])
    for (entry, seed, result) in rows(results) {
      let outcome = result.outcome
      let progress = outcome?.progress
      table.append([
        entry.taskName, entry.model.rawValue, "\(seed)", result.state.rawValue,
        field(progress?.sequences), field(progress?.seconds), field(progress?.solvedAfter),
        field(progress?.secondsToSolve), field(outcome?.finalBits),
        field(outcome?.finalWrongBits), field(outcome?.lateSpikes),
        progress?.failure ?? result.failure ?? "",
      ])
    }
    return table
  }

  /// Every record of every run: our learning curves.
  public func curves(_ results: [JobResult]) -> CommaTable {
    var table = CommaTable(columns: [
      "task", "model", "seed", "sequences", "bits_per_sequence", "wrong_bits_per_sequence",
    ])
    for (entry, seed, result) in rows(results) {
      for record in result.history.records {
        table.append([
          entry.taskName, entry.model.rawValue, "\(seed)", "\(record.sequences)",
          field(record.bits), field(record.wrongBits),
        ])
      }
    }
    return table
  }

  /// The paper's marks and when ours were there.
  public func marks(_ results: [JobResult]) -> CommaTable {
    var table = CommaTable(columns: [
      "task", "model", "bits_per_sequence", "paper_sequences", "median_sequences",
      "lowest_sequences", "highest_sequences", "ratio",
    ])
    for index in entries.indices {
      for mark in marks(of: index, in: results) {
        let spread = Spread(mark.ours)
        table.append([
          entries[index].taskName, entries[index].model.rawValue, field(mark.bits),
          field(mark.paper), field(spread?.median), field(spread?.low), field(spread?.high),
          field(mark.ratio),
        ])
      }
    }
    return table
  }

  /// What the task's own evaluation gave, one line for each run and case.
  public func evaluation(_ results: [JobResult]) -> CommaTable {
    var table = CommaTable(columns: [
      "task", "model", "seed", "case", "measure", "value",
    ])
    for (entry, seed, result) in rows(results) {
      for one in result.outcome?.cases ?? [] {
        let values =
          [
            ("bits_per_sequence", one.bits), ("bits_confidence", one.bitsConfidence),
            ("wrong_bits_per_sequence", one.wrongBits),
          ] + one.measures.map { ($0.name, $0.value) }
        for (name, value) in values {
          table.append([
            entry.taskName, entry.model.rawValue, "\(seed)", one.label, name, field(value),
          ])
        }
      }
    }
    return table
  }

  func marks(of entry: Int, in results: [JobResult]) -> [Mark] {
    let started = self.results(of: entry, in: results).filter { $0.outcome != nil }
    return Mark.marks(of: configuration(of: entry), histories: started.map(\.history))
  }

  private func rows(_ results: [JobResult]) -> [(Entry, UInt64, JobResult)] {
    entries.indices.flatMap { index in
      self.results(of: index, in: results).map {
        (entries[index], $0.job.configuration.seed, $0)
      }
    }
  }
}
