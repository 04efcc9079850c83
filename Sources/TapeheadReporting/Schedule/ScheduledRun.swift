import TapeheadEngine
import TapeheadTraining

/// One stay of a job on a processor: starts or resumes its run, trains, and notes how far it came.
struct ScheduledRun {
  let job: Job
  let instructionSet: InstructionSet
  let now: @Sendable () -> Double

  /// Seconds between two notes of the time spent, which a killed process loses.
  private static let noteInterval = 10.0

  /// Trains up to `limit` sequences, or the job's end; returns what the run then needs no more of.
  ///
  /// - Parameters:
  ///   - limit: Sequences in all at which the run makes room for others.
  ///   - stopped: Asked after every step.
  ///   - report: Called with every record.
  /// - Returns: How far the run came.
  /// - Throws: `FileError` and whatever else keeps the run from being trained at all.
  func train(
    upTo limit: Int, stopped: () -> Bool, report: (TrainingRun.Report, RunProgress) -> Void
  ) throws -> RunProgress {
    let (folder, isNew) = try openFolder()
    return try folder.withLock {
      let run = try isNew ? start(in: folder) : resume(folder)
      var progress = try job.progressNote.read() ?? RunProgress()
      let secondsBefore = progress.seconds
      let start = now()
      var noted = start
      func note() {
        progress.sequences = run.trainer.sequences
        progress.seconds = secondsBefore + now() - start
        if let solved = run.solvedAfter, progress.solvedAfter != solved {
          (progress.solvedAfter, progress.secondsToSolve) = (solved, progress.seconds)
        }
      }
      // A killed run goes on from its checkpoint, which may be behind what it noted last.
      note()
      try job.progressNote.write(progress)
      do {
        _ = try run.train(
          afterSolved: job.afterSolved,
          interrupted: { run.trainer.sequences >= limit || stopped() }
        ) { record in
          note()
          if now() - noted >= Self.noteInterval {
            noted = now()
            try? job.progressNote.write(progress)
          }
          report(record, progress)
        }
      } catch let error as DivergedTraining {
        progress.failure = error.description
      }
      note()
      try job.progressNote.write(progress)
      if job.isDone(progress) {
        try job.outcomeNote.write(
          RunOutcome(of: folder, progress: progress, instructionSet: instructionSet))
      }
      return progress
    }
  }

  private func openFolder() throws -> (folder: RunFolder, isNew: Bool) {
    let isRun = try FileSystem.kind(of: "\(job.folder)/config.json") == .file
    return isRun
      ? (try RunFolder(opening: job.folder), false) : (try RunFolder(creating: job.folder), true)
  }

  private func start(in folder: RunFolder) throws -> TrainingRun {
    try TrainingRun(
      starting: job.configuration, in: folder, threads: 1, instructionSet: instructionSet, now: now)
  }

  private func resume(_ folder: RunFolder) throws -> TrainingRun {
    let target = try job.checkSettings(of: folder)
    return try TrainingRun(
      resuming: folder, sequences: target < job.target ? job.target : nil, threads: 1,
      instructionSet: instructionSet, now: now)
  }
}

extension Job {
  /// Checks that the job's folder holds no run with other settings or of more sequences, before anything is trained.
  ///
  /// - Throws: `FileError` where it does, or cannot be read.
  public func checkFolder() throws {
    guard try FileSystem.kind(of: "\(folder)/config.json") == .file else { return }
    let meant = try checkSettings(of: RunFolder(opening: folder))
    let trained = try progressNote.read()?.sequences ?? 0
    // A run that is as long as it was meant to be may have gone beyond that by a part of a batch.
    guard meant <= target || trained < target + configuration.training.batch else {
      throw FileError(
        folder, "holds a run of \(trained) sequences, more than the \(target) asked for",
        remedy: "ask for as many with --sequences, or choose another folder with --out")
    }
  }

  /// Checks that a folder holds a run with the job's settings; the number of sequences may differ.
  ///
  /// - Returns: The sequences that the run was last meant for.
  /// - Throws: `FileError` where it holds another run.
  @discardableResult
  func checkSettings(of folder: RunFolder) throws -> Int {
    var found = try folder.readConfiguration()
    let target = found.training.sequences
    found.training.sequences = self.target
    guard found == configuration else {
      throw FileError(
        folder.path, "holds a run with other settings",
        remedy: "choose another folder with --out, or move this one away")
    }
    return target
  }
}
