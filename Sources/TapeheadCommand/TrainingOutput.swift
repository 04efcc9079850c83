import ArgumentParser
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// How a training run is shown, for `train` and `resume`.
struct TrainingOutput: ParsableArguments {
  @OptionGroup var threadOptions: ThreadOptions

  @Flag(name: .customLong("until-solved"), help: "Stop as soon as the task is solved.")
  var untilSolved = false

  @Flag(help: "One JSON object a line, for programs.")
  var json = false

  @Flag(help: "Only errors.")
  var quiet = false

  var threads: Int { threadOptions.count }

  func validate() throws {
    if json && quiet { throw ValidationError("--json and --quiet exclude each other.") }
  }

  func instructionSet() throws -> InstructionSet { try InstructionSet.selected() }

  /// Trains a run to its end and shows how it goes.
  func train(_ run: TrainingRun) throws {
    Interrupt.watch()
    let start = Clock.now()
    let target = run.configuration.training.sequences
    var display = ProgressDisplay(
      target: target, first: run.trainer.sequences, start: start, solvedBefore: run.solvedAfter)
    if !json && !quiet { introduce(run) }
    let ending: TrainingRun.Ending
    do {
      let afterSolved = untilSolved ? 0 : nil
      let isInterrupted = { Interrupt.wasAsked }
      ending = try run.train(afterSolved: afterSolved, interrupted: isInterrupted) { report in
        if json {
          printJSON(ReportLine(report))
        } else if !quiet {
          display.show(report, solvedAfter: run.solvedAfter, now: Clock.now())
        }
      }
    } catch {
      if !json && !quiet { display.end() }
      throw error
    }
    if !json && !quiet { display.end() }
    let seconds = Clock.now() - start
    if json {
      printJSON(
        EndLine(
          run: run.folder.path, solved: run.solvedAfter != nil, sequences: run.trainer.sequences,
          seconds: seconds))
    }
    if ending == .interrupted {
      if !json {
        printError(
          "interrupted and saved; go on with: tapehead resume \(run.folder.path)")
      }
      throw ExitCode(Interrupt.exitCode)
    }
    if !json && !quiet { try conclude(run, ending, seconds) }
  }

  private func introduce(_ run: TrainingRun) {
    let configuration = run.configuration
    let parameters = run.trainer.program.parameters.trainedCount
    print(
      "\(type(of: configuration.task.task).title) with \(configuration.model.label), "
        + "\(grouped(parameters)) parameters, seed \(configuration.seed)")
    if run.resumedFrom > 0 { print("going on after \(grouped(run.resumedFrom)) sequences") }
  }

  private func conclude(
    _ run: TrainingRun, _ ending: TrainingRun.Ending, _ seconds: Double
  ) throws {
    let trained = run.trainer.sequences
    if let solved = run.solvedAfter {
      print("solved after \(grouped(solved)) sequences", terminator: "")
      print("; trained on \(grouped(trained)) in \(duration(seconds))")
    } else {
      print("not solved in \(grouped(trained)) sequences, \(duration(seconds))")
    }
    print("")
    let evaluation = try Evaluation(
      run.trainer.program, parameters: run.trainer.model, threads: threads,
      instructionSet: instructionSet(), seed: RunOutcome.evaluationSeed)
    print(EvaluationTable(evaluation.runSuite(of: run.configuration.task.task)).text)
    // The first parameter is the length or the number of items.
    let longer = run.configuration.task.task.typicalCase.parameters.first.map { 2 * $0.value } ?? 20
    print(
      """

      the run lies in \(run.folder.path); next:
        tapehead evaluate \(run.folder.path)      judge it on other lengths (--lengths \(longer))
        tapehead draw \(run.folder.path)          see its memory while it works
        tapehead resume \(run.folder.path) --sequences \(2 * trained)   train it further
      """)
  }
}

/// A line of `train --json`.
private struct ReportLine: Encodable {
  let sequences: Int
  let bits_per_sequence: Double
  let wrong_bits_per_sequence: Double
  let sequences_per_second: Double

  init(_ report: TrainingRun.Report) {
    self.sequences = report.sequences
    self.bits_per_sequence = report.bitsPerSequence
    self.wrong_bits_per_sequence = report.wrongBitsPerSequence
    self.sequences_per_second = report.sequencesPerSecond
  }
}

/// The last line of `train --json`.
private struct EndLine: Encodable {
  let run: String
  let solved: Bool
  let sequences: Int
  let seconds: Double
}
