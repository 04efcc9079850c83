import Foundation
import Synchronization
import TapeheadCells
import TapeheadEngine
import TapeheadFigures
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining
import TestSupport

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Models and tasks so small that a run takes milliseconds.
enum Tiny {
  static func configuration(
    _ task: any SequenceTask = Copy.small, model: ModelConfiguration.Kind = .ntm,
    sequences: Int = 60
  ) -> RunConfiguration {
    var configuration = RunConfiguration.defaults(for: task, model: model)
    shrink(&configuration)
    configuration.training.sequences = sequences
    return configuration
  }

  /// Makes a configuration's model tiny and its records frequent.
  static func shrink(_ configuration: inout RunConfiguration) {
    if case .ntm(var ntm) = configuration.model {
      (ntm.slots, ntm.width, ntm.readHeads, ntm.writeHeads) = (8, 4, 1, 1)
      (ntm.controller.units, ntm.controller.layers) = (6, 1)
      configuration.model = .ntm(ntm)
    } else if case .dnc(var dnc) = configuration.model {
      (dnc.slots, dnc.width, dnc.readHeads, dnc.controller.units) = (8, 4, 2, 6)
      configuration.model = .dnc(dnc)
    } else if case .lstm(var lstm) = configuration.model {
      (lstm.units, lstm.layers) = (6, 1)
      configuration.model = .lstm(lstm)
    }
    configuration.training.batch = 1
    configuration.training.reportEvery = 10
  }

  /// The figures of a run just trained.
  static func pictures(
    of configuration: RunConfiguration, in folder: TemporaryFolder
  ) throws -> RunPictures {
    let run = try RunFolder(creating: folder.file("run"))
    let training = try TrainingRun(
      starting: configuration, in: run, threads: 1, instructionSet: .fastest, now: { 0 })
    _ = try training.train { _ in }
    return try RunPictures(run, instructionSet: .fastest)
  }
}

/// A clock that only tests move, so that no outcome depends on the time of day.
final class TestClock: Sendable {
  private let seconds = Mutex(0.0)
  var now: Double { seconds.withLock { $0 } }
  func advance(by more: Double) { seconds.withLock { $0 += more } }
}

/// What a strict XML parser says about a text: nil where it is well-formed.
func faultInXML(_ text: String) -> String? {
  let parser = XMLParser(data: Data(text.utf8))
  return parser.parse() ? nil : parser.parserError.map { "\($0)" } ?? "unknown fault"
}
