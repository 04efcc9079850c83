public import TapeheadCells
public import TapeheadEngine
public import TapeheadTasks

/// Which network, and how large.
public enum ModelConfiguration: Sendable, Hashable {
  case ntm(NeuralTuringMachine.Configuration)
  case dnc(DifferentiableNeuralComputer.Configuration)
  case lstm(LSTM.Configuration)

  /// The networks by name.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case ntm, dnc, lstm

    /// What the network is, in one sentence.
    public var summary: String {
      switch self {
      case .ntm: "Neural Turing Machine: a controller with read and write heads on a memory"
      case .dnc:
        "Differentiable Neural Computer: a memory that allocates slots and follows the order of writes"
      case .lstm: "deep LSTM with skip connections: the paper's baseline"
      }
    }
  }

  /// The defaults of a kind; only a model with a memory has a controller.
  public init(_ kind: Kind, controller: ControllerConfiguration.Kind = .lstm) {
    let controller = ControllerConfiguration(kind: controller)
    switch kind {
    case .ntm: self = .ntm(NeuralTuringMachine.Configuration(controller: controller))
    case .dnc: self = .dnc(DifferentiableNeuralComputer.Configuration(controller: controller))
    case .lstm: self = .lstm(LSTM.Configuration())
    }
  }

  public var kind: Kind {
    switch self {
    case .ntm: .ntm
    case .dnc: .dnc
    case .lstm: .lstm
    }
  }

  /// What runs are called after: the model, and its controller if it has one.
  public var label: String {
    switch self {
    case .ntm(let configuration): "ntm-\(configuration.controller.kind.rawValue)"
    case .dnc(let configuration): "dnc-\(configuration.controller.kind.rawValue)"
    case .lstm: "lstm"
    }
  }

  /// The controller's kind, of a model that has one.
  public var controller: ControllerConfiguration.Kind? {
    switch self {
    case .ntm(let configuration): configuration.controller.kind
    case .dnc(let configuration): configuration.controller.kind
    case .lstm: nil
    }
  }

  public var controllerName: String? { controller?.rawValue }

  /// Traces the network and its gradient for inputs and outputs of these sizes.
  ///
  /// An NTM may use only the first few slots of its memory; other networks take no notice.
  ///
  /// - Throws: `TraceError` when the sizes do not fit together.
  public func program(
    inputs: Int, outputs: Int, objective: Objective, usingSlots used: Int? = nil
  ) throws -> Program {
    var parameters = ParameterList()
    switch self {
    case .ntm(let configuration):
      let cell = NeuralTuringMachine(
        configuration, inputs: inputs, outputs: outputs, usingSlots: used, in: &parameters)
      return try Program(cell, parameters: parameters, objective: objective)
    case .dnc(let configuration):
      let cell = DifferentiableNeuralComputer(
        configuration, inputs: inputs, outputs: outputs, in: &parameters)
      return try Program(cell, parameters: parameters, objective: objective)
    case .lstm(let configuration):
      let cell = LSTM(configuration, inputs: inputs, outputs: outputs, in: &parameters)
      return try Program(cell, parameters: parameters, objective: objective)
    }
  }

  /// Checks the sizes.
  ///
  /// - Throws: `SettingError` for the first that is wrong.
  public func validate() throws(SettingError) {
    switch self {
    case .ntm(let configuration):
      try configuration.controller.validate("model.controller")
      try check("model.slots", configuration.slots, within: 1...65_536)
      try check("model.width", configuration.width, within: 1...4_096)
      try check("model.readHeads", configuration.readHeads, within: 1...64)
      try check("model.writeHeads", configuration.writeHeads, within: 1...64)
      try check("model.shifts", configuration.shifts, within: 1...1_023)
      guard configuration.shifts % 2 == 1 else {
        throw SettingError(
          setting: "model.shifts", problem: "is \(configuration.shifts)",
          remedy: "set it to an odd number, such as 3 for shifts of -1, 0 and +1")
      }
      try checkFinite("model.conventions.memory.value", configuration.conventions.memory.value)
      try check(
        "model.conventions.memory.deviation", configuration.conventions.memory.deviation,
        within: 0...1_000)
      try check(
        "model.conventions.weightingGradientLimit",
        configuration.conventions.weightingGradientLimit, within: 0...Float.greatestFiniteMagnitude)
      let conventions = configuration.conventions
      try check(strength: conventions.strengthActivation)
      try conventions.similarity.validate()
      try check("model.conventions.sharpeningEpsilon", conventions.sharpeningEpsilon, within: 0...1)
      try check(
        "model.conventions.outputClip", conventions.outputClip,
        within: 0...Float.greatestFiniteMagnitude)
      for (name, bias) in [
        ("forgetBias", conventions.forgetBias), ("gateBias", conventions.gateBias),
        ("eraseBias", conventions.eraseBias), ("shiftBias", conventions.shiftBias),
      ] {
        try check(bias: bias, "model.conventions.\(name)")
      }
    case .dnc(let configuration): try configuration.validate()
    case .lstm(let configuration):
      try check("model.units", configuration.units, within: 1...16_384)
      try check("model.layers", configuration.layers, within: 1...64)
      try check(bias: configuration.forgetBias, "model.forgetBias")
    }
  }
}

private func check(bias: Float, _ setting: String) throws(SettingError) {
  try check(setting, bias, within: -1_000...1_000)
}

private func check(strength activation: Activation) throws(SettingError) {
  guard ![.softplus, .oneplus].contains(activation) else { return }
  throw SettingError(
    setting: "model.conventions.strengthActivation", problem: "is \(activation.rawValue)",
    remedy: "set it to oneplus or softplus, which keep strengths above 0")
}

extension SimilarityEpsilon {
  fileprivate func validate() throws(SettingError) {
    for (name, number) in [
      ("insideRoot", insideRoot), ("floor", floor), ("besideProduct", besideProduct),
    ] {
      try check("model.conventions.similarity.\(name)", number, within: 0...1)
    }
  }
}

extension ModelConfiguration: Codable {
  private enum Key: String, CodingKey { case kind }

  public init(from decoder: any Decoder) throws {
    let kind = try decoder.container(keyedBy: Key.self).decode(Kind.self, forKey: .kind)
    switch kind {
    case .ntm: self = .ntm(try NeuralTuringMachine.Configuration(from: decoder))
    case .dnc: self = .dnc(try DifferentiableNeuralComputer.Configuration(from: decoder))
    case .lstm: self = .lstm(try LSTM.Configuration(from: decoder))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .kind)
    switch self {
    case .ntm(let configuration): try configuration.encode(to: encoder)
    case .dnc(let configuration): try configuration.encode(to: encoder)
    case .lstm(let configuration): try configuration.encode(to: encoder)
    }
  }
}

extension DifferentiableNeuralComputer.Configuration {
  /// Exact links are slots × slots numbers a step for each write head.
  private static let mostExactSlots = 4_096
  private static let mostSlots = 65_536

  fileprivate func validate() throws(SettingError) {
    try controller.validate("model.controller")
    try check("model.slots", slots, within: 1...Self.mostSlots)
    try validateLinks()
    try check("model.width", width, within: 1...4_096)
    try check("model.readHeads", readHeads, within: 1...64)
    try check("model.writeHeads", writeHeads, within: 1...64)
    let path = "model.conventions"
    try check(strength: conventions.strengthActivation)
    try conventions.similarity.validate()
    try check("\(path).usageEpsilon", conventions.usageEpsilon, within: 0...1)
    try check("\(path).sharpeningEpsilon", conventions.sharpeningEpsilon, within: 0...1)
    let greatest = Float.greatestFiniteMagnitude
    try check("\(path).activationClip", conventions.activationClip, within: 0...greatest)
    try check("\(path).interfaceClip", conventions.interfaceClip, within: 0...greatest)
    try check(bias: conventions.forgetBias, "\(path).forgetBias")
  }
}

extension DifferentiableNeuralComputer.Configuration {
  private func validateLinks() throws(SettingError) {
    switch links {
    case .exact:
      guard slots > Self.mostExactSlots else { return }
      throw SettingError(
        setting: "model.slots", problem: "is \(slots), too many for exact links between them",
        remedy: "set model.links to sparse, or the slots to at most \(Self.mostExactSlots)")
    case .sparse:
      let most = min(slots, KeepLargest.most)
      guard !(1...most).contains(linkEntries) else { return }
      throw SettingError(
        setting: "model.linkEntries", problem: "is \(linkEntries), in a memory of \(slots) slots",
        remedy: "set it to a number from 1 to \(most)")
    }
  }
}

extension ControllerConfiguration {
  fileprivate func validate(_ path: String) throws(SettingError) {
    try check("\(path).units", units, within: 1...16_384)
    try check("\(path).layers", layers, within: 1...64)
  }
}
