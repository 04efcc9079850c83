import ArgumentParser
import TapeheadReporting
import TapeheadTraining

/// `tapehead compare SWEEP…`.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lay the outcomes of several sweeps side by side.",
    discussion: """
      Writes what a sweep writes, of all runs of all sweeps: one line for each run into \
      outcomes.csv, solved seeds and sequences into summary.csv, survival.svg and times.svg. It \
      trains nothing and reads only tables, so a table of a former comparison will do too.
      """)

  @Argument(
    help: ArgumentHelp(
      "The folders of sweeps, or of comparisons, or their outcomes.csv under any name.",
      valueName: "sweep"), completion: .file(), transform: place)
  var sweeps: [String]

  @Option(help: "What was learned, for the titles of the figures.")
  var title = "the task"

  @Option(
    name: .customLong("out"), help: "The folder to write.", completion: .directory,
    transform: place)
  var folder = "comparison"

  func run() throws {
    try reportingErrors {
      guard try FileSystem.kind(of: "\(folder)/runs") == .nothing else {
        throw FileError(
          folder, "holds a sweep's runs, and its own tables would be replaced",
          remedy: "choose another folder with --out")
      }
      let parts = try sweeps.map { (name: Outcomes.name(of: $0), outcomes: try Outcomes(at: $0)) }
      let written = try write(Outcomes(merging: parts), of: title, to: folder)
      print("\n\(folder) holds \(written.joined(separator: ", "))")
    }
  }
}
