import ArgumentParser
import TapeheadEngine
import TapeheadVerification

/// `tapehead verify MANIFEST…`.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare our numbers with recorded runs of other implementations.",
    discussion: """
      Reads manifests (JSON, each with a safetensors file beside it), runs ours from the same \
      parameters, state and inputs, and prints the largest deviation of every recorded quantity \
      beside its bound. Exits with 1 if one is exceeded.
      """)

  @Argument(help: "Manifests of recorded runs.", completion: .file(extensions: ["json"]))
  var manifest: [String]

  @Flag(help: "One JSON object a manifest, for programs.")
  var json = false

  func run() throws {
    try reportingErrors {
      let instructionSet = try InstructionSet.selected()
      var reports: [VerificationReport] = []
      var refused = 0
      for path in manifest {
        do {
          let report = try Verifier.verify(path, instructionSet: instructionSet)
          Terminal.write((json ? report.json : report.text) + "\n")
          reports.append(report)
        } catch {
          printError("tapehead: \(error)")
          refused += 1
        }
      }
      if !json { Terminal.write(VerificationReport.summary(of: reports) + "\n") }
      if refused > 0 || reports.contains(where: { $0.failed > 0 }) { throw ExitCode.failure }
    }
  }
}
