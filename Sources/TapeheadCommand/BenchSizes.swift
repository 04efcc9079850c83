import ArgumentParser
import TapeheadTasks
import TapeheadTraining

/// The sizes of what `bench` times, where they are not the model's defaults.
struct BenchSizes: ParsableArguments {
  @Option(parsing: .unconditional, help: "Slots of the memory.")
  var slots: Int?

  @Option(parsing: .unconditional, help: "Numbers in a slot.")
  var width: Int?

  @Option(parsing: .unconditional, help: "Read heads.")
  var reads: Int?

  @Option(parsing: .unconditional, help: "Units of the controller, or of each layer of an LSTM.")
  var hidden: Int?

  @Option(parsing: .unconditional, help: "Inputs, for random choices in place of the copy task.")
  var inputs: Int?

  @Option(parsing: .unconditional, help: "Outputs of random choices (default: as many as inputs).")
  var outputs: Int?

  @Option(help: "Steps of a sequence of random choices (default: \(OneHotChoices().steps)).")
  var steps: Int?

  @Option(
    help: """
      What random choices cost: \
      \(OneHotChoices.Kind.allCases.map(\.rawValue).joined(separator: " or ")) \
      (default: \(OneHotChoices().kind.rawValue)).
      """)
  var loss: OneHotChoices.Kind?

  func validate() throws {
    let given = [("--outputs", outputs != nil), ("--steps", steps != nil), ("--loss", loss != nil)]
    if inputs == nil, let (option, _) = given.first(where: { $0.1 }) {
      throw ValidationError("\(option) goes with --inputs: give both, or neither.")
    }
  }

  /// The settings that the sizes stand for.
  func assignments(for model: ModelConfiguration.Kind) -> [String] {
    let units = model == .lstm ? "model.units" : "model.controller.units"
    return [
      ("model.slots", slots), ("model.width", width), ("model.readHeads", reads), (units, hidden),
    ].compactMap { path, size in size.map { "\(path)=\($0)" } }
  }

  /// The task of random choices; nil for the copy task.
  var choices: OneHotChoices? {
    guard let inputs else { return nil }
    var task = OneHotChoices()
    task.inputSize = inputs
    task.outputSize = outputs ?? inputs
    if let steps { task.steps = steps }
    if let loss { task.kind = loss }
    return task
  }
}

extension OneHotChoices.Kind: ExpressibleByArgument {}
