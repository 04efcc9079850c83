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
}
