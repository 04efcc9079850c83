public import ArgumentParser
public import TapeheadCells
import TapeheadTasks
public import TapeheadTraining

/// Which model, for all subcommands that make one.
struct ModelOptions: ParsableArguments {
  @Option(
    help: "The model: \(ModelConfiguration.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var model: ModelConfiguration.Kind?

  @Option(help: "The controller of a model with a memory: lstm or feedforward.")
  var controller: ControllerConfiguration.Kind?

  @Option(
    help: """
      The conventions that the papers leave open, by name: \
      \(ConventionsPreset.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var preset: ConventionsPreset?
}

extension ModelConfiguration.Kind: ExpressibleByArgument {}
extension ControllerConfiguration.Kind: ExpressibleByArgument {}
extension ConventionsPreset: ExpressibleByArgument {}

/// Settings from a file and from the command line.
struct SettingOptions: ParsableArguments {
  @Option(help: "A JSON file with settings, all or some of them.", completion: .file())
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting by its path, such as training.clipping.limit=5; may be repeated.",
      valueName: "path=value"))
  var assignments: [String] = []

  /// The defaults for a task and a model, changed by the file, the model's options and the settings, in this order.
  func resolve(
    task name: String, model options: ModelOptions
  ) throws -> Settings<RunConfiguration> {
    let task = try TaskCatalogue.task(named: name).init()
    let inFile = try config.map { try RunConfiguration.kind(inFile: $0) } ?? nil
    let kind = options.model ?? inFile ?? .ntm
    var defaults = RunConfiguration.defaults(for: task, model: kind)
    try defaults.choose(controller: options.controller, preset: options.preset)
    var settings = try Settings(defaults: defaults)
    if let config { try settings.apply(file: config) }
    if let controller = options.controller {
      try settings.set("model.controller.kind=\(controller.rawValue)")
    }
    for assignment in assignments { try settings.set(assignment) }
    return settings
  }
}

extension RunConfiguration {
  /// Puts in a controller and a preset.
  ///
  /// - Throws: `ConfigurationError` when the model has no such thing.
  mutating func choose(
    controller: ControllerConfiguration.Kind?, preset: ConventionsPreset?
  ) throws(ConfigurationError) {
    guard controller != nil || preset != nil else { return }
    guard case .ntm(var configuration) = model else {
      throw ConfigurationError(
        setting: controller != nil ? "--controller" : "--preset",
        problem: "does not go with --model \(model.kind.rawValue)",
        remedy: "leave it out, or choose a model with a memory")
    }
    if let controller { configuration.controller.kind = controller }
    if let preset { configuration.conventions = preset.conventions }
    model = .ntm(configuration)
  }
}
