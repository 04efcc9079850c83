import TapeheadCells
import TapeheadEngine
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

@Suite("When a task counts as solved")
struct SolvedTests {
  /// Trains on the small copy task until it is solved and 150 sequences more; returns the record that solved it.
  private func train(solvedBelow: Double) throws -> TrainingRun.Report {
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
    configuration.model = .ntm(
      NeuralTuringMachine.Configuration(
        controller: ControllerConfiguration(kind: .lstm, units: 32), slots: 16, width: 8))
    configuration.training = TrainingConfiguration(
      sequences: 8_000, batch: 1, optimiser: .stableRMSProp(learningRate: 2e-3),
      clipping: Clipping(kind: .value, limit: 10), reportEvery: 100, solvedBelow: solvedBelow)
    let folder = try TemporaryFolder()
    let run = try TrainingRun(
      starting: configuration, in: RunFolder(creating: folder.file("run")), threads: 1,
      instructionSet: .fastest, now: { 0 })
    var records: [TrainingRun.Report] = []
    let ending = try run.train(afterSolved: 150) { records.append($0) }
    #expect(ending == .solved)
    let solvedAfter = try #require(run.solvedAfter)
    #expect(run.trainer.sequences == solvedAfter + 150)
    let record = try #require(records.first { $0.sequences == solvedAfter })
    #expect(records.map(\.validationWrongBits).last == .some(nil))
    return record
  }

  @Test("a run is not resumed to fewer sequences than it was trained on")
  func fewerSequences() throws {
    let folder = try TemporaryFolder()
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
    configuration.training.sequences = 20
    let run = try RunFolder(creating: folder.file("run"))
    _ = try TrainingRun(
      starting: configuration, in: run, threads: 1, instructionSet: .fastest, now: { 0 }
    ).train { _ in }
    let error = #expect(throws: SettingError.self) {
      try TrainingRun(
        resuming: run, sequences: 10, threads: 1, instructionSet: .fastest, now: { 0 })
    }
    #expect(error?.problem == "is 10, and the run was trained on 20 already")
    #expect(try run.readConfiguration().training.sequences == 20)
  }

  @Test("a run whose checkpoint is gone is not trained again over its records")
  func noCheckpoint() throws {
    let folder = try TemporaryFolder()
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
    (configuration.training.sequences, configuration.training.reportEvery) = (20, 10)
    let run = try RunFolder(creating: folder.file("run"))
    _ = try TrainingRun(
      starting: configuration, in: run, threads: 1, instructionSet: .fastest, now: { 0 }
    ).train { _ in }
    let records = try FileSystem.content(of: run.metrics)
    try FileSystem.remove(run.checkpoint)
    let error = #expect(throws: FileError.self) {
      try TrainingRun(resuming: run, threads: 1, instructionSet: .fastest, now: { 0 })
    }
    #expect(error?.problem == "is missing, and the run beside it has records of its training")
    #expect(try FileSystem.content(of: run.metrics) == records)
  }

  @Test("it does below the configured number of wrong bits, on fresh sequences")
  func threshold() throws {
    let (loose, strict) = (try train(solvedBelow: 0.9), try train(solvedBelow: 0.02))
    let found = (
      loose: try #require(loose.validationWrongBits),
      strict: try #require(strict.validationWrongBits)
    )
    #expect((0.02..<0.9).contains(found.loose))
    #expect(found.strict < 0.02)
    #expect(loose.sequences < strict.sequences)
  }
}
