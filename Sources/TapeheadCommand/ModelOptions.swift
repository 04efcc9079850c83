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
      \(Preset.all.map { "\($0.name) (\($0.model.rawValue))" }.joined(separator: ", ")).
      """,
    completion: .list(Preset.all.map(\.name)))
  var preset: String?
}

extension ModelConfiguration.Kind: ExpressibleByArgument {}
extension ControllerConfiguration.Kind: ExpressibleByArgument {}

/// A named set of conventions of one of the models.
struct Preset {
  let model: ModelConfiguration.Kind
  let name: String
  let summary: String

  /// Those of every model, in the order of the models.
  static let all =
    ConventionsPreset.allCases.map { Preset(model: .ntm, name: $0.rawValue, summary: $0.summary) }
    + DNCConventionsPreset.allCases.map {
      Preset(model: .dnc, name: $0.rawValue, summary: $0.summary)
    }
}

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

  /// The defaults for a task and a model with its preset, changed by the file, the controller's option and the
  /// settings, in this order.
  ///
  /// - Throws: `SettingError` where the file or a setting says something else than the command; what else
  ///   cannot be read or set.
  func resolve(
    task name: String, model options: ModelOptions
  ) throws -> Settings<RunConfiguration> {
    let task = try TaskCatalogue.task(named: name).init()
    let inFile = try config.map { try RunConfiguration.network(inFile: $0) }
    let kind = options.model ?? inFile?.model ?? .ntm
    var defaults = RunConfiguration.defaults(
      for: task, model: kind, controller: options.controller ?? inFile?.controller)
    try defaults.check(controller: options.controller)
    try defaults.choose(preset: options.preset)
    var settings = try Settings(defaults: defaults)
    func check(_ place: String) throws(SettingError) {
      let found = settings.configuration
      if found.task.name != name {
        throw contradiction("the task is \(found.task.name) \(place)", name)
      }
      if let asked = options.model, found.model.kind != asked {
        throw contradiction("the model is \(found.model.kind.rawValue) \(place)", asked.rawValue)
      }
    }
    if let config {
      try settings.apply(file: config)
      try check("in \(config)")
      if let preset = options.preset, inFile?.conventions == true {
        throw contradiction("conventions stand in \(config)", "--preset \(preset)")
      }
    }
    if let controller = options.controller {
      try settings.set("model.controller.kind=\(controller.rawValue)")
    }
    for assignment in assignments { try settings.set(assignment) }
    try check("by --set")
    return settings
  }

  private func contradiction(_ found: String, _ asked: String) -> SettingError {
    SettingError(
      setting: found, problem: "and the command says \(asked)",
      remedy: "leave out the one or the other")
  }
}

extension RunConfiguration {
  /// Checks that a controller was only asked for where the model has one.
  fileprivate func check(controller: ControllerConfiguration.Kind?) throws(SettingError) {
    if controller != nil, model.controllerName == nil { throw noMemory("--controller") }
  }

  /// Puts in the preset of a name.
  ///
  /// - Throws: `SettingError` when the model has no such preset.
  fileprivate mutating func choose(preset: String?) throws(SettingError) {
    guard let preset else { return }
    switch model {
    case .ntm(var configuration):
      let named = ConventionsPreset(rawValue: preset)
      configuration.conventions = try known(named, preset).conventions
      model = .ntm(configuration)
    case .dnc(var configuration):
      let named = DNCConventionsPreset(rawValue: preset)
      configuration.conventions = try known(named, preset).conventions
      model = .dnc(configuration)
    case .lstm: throw noMemory("--preset")
    }
  }

  private func noMemory(_ option: String) -> SettingError {
    SettingError(
      setting: option, problem: "does not go with --model \(model.kind.rawValue)",
      remedy: "leave it out, or choose a model with a memory")
  }

  /// The preset that a name was found to mean.
  private func known<Found>(_ preset: Found?, _ name: String) throws(SettingError) -> Found {
    guard let preset else {
      let names = Preset.all.filter { $0.model == model.kind }.map(\.name)
      throw SettingError(
        setting: "--preset", problem: "is \(name), which --model \(model.kind.rawValue) has not",
        remedy: "choose one of \(names.joined(separator: ", "))")
    }
    return preset
  }
}
