import ArgumentParser

/// How many threads a subcommand works with.
struct ThreadOptions: ParsableArguments {
  @Option(
    name: .customLong("threads"),
    parsing: .unconditional,
    help: "Threads; they change the speed and not the bits (default: all processors).")
  var given: Int?

  var count: Int { given ?? Clock.processors }

  func validate() throws {
    guard let given, !(1...1_024).contains(given) else { return }
    throw ValidationError("--threads is \(given): set it to a number from 1 to 1024.")
  }
}
