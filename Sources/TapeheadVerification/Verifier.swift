public import TapeheadEngine
import TapeheadTraining

/// A kind of recording: how it is recognised, and how ours is run beside it.
protocol RecordingKind: Sendable {
  /// What the kind is, in a few words.
  var summary: String { get }

  /// Whether a recording is of this kind, by its manifest.
  func recognises(_ run: RecordedRun) -> Bool

  /// Runs ours from what was recorded and compares all that came of it.
  ///
  /// - Throws: `FileError` when the recording lacks something or has a shape that does not fit.
  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws
}

/// Compares Tapehead with recorded runs of other implementations.
public enum Verifier {
  /// Every kind of recording that is known.
  static let kinds: [any RecordingKind] = [
    NTMRun(), NTMTrainingRun(), AddressingPieces(), DNCRun(), DNCPieces(), LSTMRun(), RMSPropRun(),
  ]

  /// Sequences that run side by side, where a recording has several.
  private static let microBatch = 4

  /// Runs ours from the parameters, state and inputs of a recording and compares every quantity.
  ///
  /// - Parameters:
  ///   - path: The manifest; the safetensors file that it names stands in the same folder.
  ///   - instructionSet: Which of the processor's instructions the kernels use.
  /// - Returns: What became of every tensor of the recording.
  /// - Throws: `FileError` when the recording is damaged, incomplete or of an unknown kind.
  public static func verify(
    _ path: String, instructionSet: InstructionSet = .fastest
  ) throws -> VerificationReport {
    let run = try RecordedRun(reading: path)
    guard let kind = kinds.first(where: { $0.recognises(run) }) else {
      throw run.error(
        "is of a kind not known yet: \"\(run.kind)\" from \(run.source)",
        remedy: "known are " + kinds.map(\.summary).joined(separator: ", "))
    }
    var comparison = Comparison(run)
    do {
      try kind.verify(
        &comparison,
        settings: ExecutionSettings(
          microBatch: microBatch, threads: 1, instructionSet: instructionSet))
    } catch let error as TraceError {
      throw run.error("has shapes that do not fit together (\(error))")
    }
    return comparison.report()
  }
}
