import ArgumentParser
import TapeheadEngine
import TapeheadReporting
import TapeheadTraining

/// `tapehead report RUN…`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make one page of runs: settings, curves, tables beside the paper's, pictures.",
    discussion: "The page needs no other file and no network, and is readable in light and dark.")

  @Argument(
    help: ArgumentHelp("The runs' folders.", valueName: "run"), completion: .directory,
    transform: place)
  var folders: [String]

  @Option(
    name: .customLong("out"), help: "The page's file (default: report.html).", completion: .file(),
    transform: place)
  var file = "report.html"

  func run() throws {
    try reportingErrors {
      if let twice = folders.first(where: { one in folders.count { $0 == one } > 1 }) {
        throw FileError(twice, "is named twice", remedy: "leave one of them out")
      }
      let page = try RunReport.page(
        of: folders.map { try RunFolder(opening: $0) },
        instructionSet: InstructionSet.selected())
      try OwnFile.write(page, to: file)
      print(file)
    }
  }
}
