import ArgumentParser

/// The command: one subcommand a file.
@main
struct Tapehead: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tapehead",
    abstract: "Neural networks with an external memory: train them, judge them, look inside.",
    discussion: """
      Start with `tapehead train copy`: a Neural Turing Machine learns to copy within seconds.
      """,
    version: "0.1.0",
    subcommands: [
      Train.self, Resume.self, Evaluate.self, Draw.self, ReportCommand.self, SweepCommand.self,
      Compare.self, Reproduce.self, Show.self, Inspect.self, List.self, Verify.self, Bench.self,
    ])

  /// Runs the command; what it cannot read of its own line is said in one line too.
  static func main() {
    Terminal.watchOutput()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch  where exitCode(for: error) == .validationFailure {
      // Of several lines the last one says where help is to be had.
      let help = fullMessage(for: error).split(separator: "\n").last { $0.contains("--help") }
      let text = message(for: error)
      printError(
        "tapehead: \(text)\(text.hasSuffix(".") ? "" : ".")"
          + (help.map { " " + $0.drop { $0 == " " } } ?? ""))
      exit(withError: exitCode(for: error))
    } catch {
      exit(withError: error)
    }
  }
}
