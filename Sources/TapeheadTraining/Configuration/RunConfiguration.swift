public import TapeheadCells
public import TapeheadEngine
public import TapeheadTasks

/// How a model is trained.
public struct TrainingConfiguration: Sendable, Hashable, Codable {
  /// How a batch's gradient is made from those of its sequences.
  public enum Reduction: String, Sendable, Codable, CaseIterable {
    case mean, sum
  }

  /// Sequences to train on, rounded up to whole batches.
  public var sequences: Int
  /// Sequences in a batch: one update for each batch.
  public var batch: Int
  /// Sequences that one thread takes forward and back together; it changes bits, threads do not.
  public var microBatch: Int
  /// How the gradient of a batch is made; each sequence's loss is the sum over its steps, in nats.
  public var reduction: Reduction
  public var optimiser: OptimiserConfiguration
  public var clipping: Clipping
  /// What share of the updates so far the model's parameters are averaged over; 0 takes the latest.
  ///
  /// See `ParameterAverage`.
  public var averagedShare: Float
  /// A smaller memory that takes turns with the model's own.
  public var tightMemory: TightMemory
  /// A first memory whose slots stand in other places in every update.
  public var rolledMemory: RolledMemory
  /// What share of the sequences trained on have a stretch that resembles silence.
  ///
  /// See `TaskWithSilence`.
  public var quietShare: Float
  /// Whether steps are computed again on the way back in place of being kept; it changes no bits.
  public var recompute: Bool
  /// Sequences between two records in the metrics.
  public var reportEvery: Int
  /// The task counts as solved below this many wrong bits per sequence, on fresh ones.
  public var solvedBelow: Double

  /// Sequences from one record to the next: whole batches.
  public var recordDistance: Int { (reportEvery + batch - 1) / batch * batch }

  /// Of `solvedBelow`, where nothing else is said.
  public static let usualSolvedBelow = 0.01

  public init(
    sequences: Int, batch: Int, microBatch: Int = 4, reduction: Reduction = .mean,
    optimiser: OptimiserConfiguration, clipping: Clipping, averagedShare: Float = 0,
    tightMemory: TightMemory = .none, rolledMemory: RolledMemory = .never, quietShare: Float = 0,
    reportEvery: Int = 500, solvedBelow: Double = usualSolvedBelow, recompute: Bool = false
  ) {
    self.sequences = sequences
    self.batch = batch
    self.microBatch = microBatch
    self.reduction = reduction
    self.optimiser = optimiser
    self.clipping = clipping
    self.averagedShare = averagedShare
    self.tightMemory = tightMemory
    self.rolledMemory = rolledMemory
    self.quietShare = quietShare
    self.reportEvery = reportEvery
    self.solvedBelow = solvedBelow
    self.recompute = recompute
  }

  /// Reads the settings; those that came later than the others may be missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.sequences = try container.decode(Int.self, forKey: .sequences)
    self.batch = try container.decode(Int.self, forKey: .batch)
    self.microBatch = try container.decode(Int.self, forKey: .microBatch)
    self.reduction = try container.decode(Reduction.self, forKey: .reduction)
    self.optimiser = try container.decode(OptimiserConfiguration.self, forKey: .optimiser)
    self.clipping = try container.decode(Clipping.self, forKey: .clipping)
    self.averagedShare = try container.decodeIfPresent(Float.self, forKey: .averagedShare) ?? 0
    self.tightMemory =
      try container.decodeIfPresent(TightMemory.self, forKey: .tightMemory) ?? .none
    self.rolledMemory =
      try container.decodeIfPresent(RolledMemory.self, forKey: .rolledMemory) ?? .never
    self.quietShare = try container.decodeIfPresent(Float.self, forKey: .quietShare) ?? 0
    self.reportEvery = try container.decode(Int.self, forKey: .reportEvery)
    self.solvedBelow =
      try container.decodeIfPresent(Double.self, forKey: .solvedBelow) ?? Self.usualSolvedBelow
    self.recompute = try container.decodeIfPresent(Bool.self, forKey: .recompute) ?? false
  }
}

/// Everything that a run depends on: the same configuration gives the same bits.
public struct RunConfiguration: Sendable, Equatable, Codable {
  public var task: TaskConfiguration
  public var model: ModelConfiguration
  public var training: TrainingConfiguration
  public var seed: UInt64

  public init(
    task: TaskConfiguration, model: ModelConfiguration, training: TrainingConfiguration,
    seed: UInt64
  ) {
    self.task = task
    self.model = model
    self.training = training
    self.seed = seed
  }

  /// Tapehead's settings for a task and a model: its sizes are `ModelConfiguration.chosen`, and it is
  /// trained as `TrainingConfiguration.chosen` says.
  ///
  /// The controller is that of a model with a memory, where nil is the usual one for the task; it makes
  /// no difference to others.
  public static func defaults(
    for task: any SequenceTask, model: ModelConfiguration.Kind,
    controller: ControllerConfiguration.Kind? = nil
  ) -> RunConfiguration {
    let controller = controller ?? .usual(for: type(of: task), model: model)
    return RunConfiguration(
      task: TaskConfiguration(task),
      model: .chosen(for: type(of: task), kind: model, controller: controller),
      training: .chosen(for: type(of: task), model: model, controller: controller), seed: 1)
  }

  /// Traces the model for the task.
  public func program() throws -> Program { try program(usingSlots: nil) }

  /// The model with the tight memory that its training takes turns with, on the same parameters; nil
  /// where there is none.
  func tightProgram() throws -> Program? {
    let slots = training.tightMemory.slots
    guard slots > 0, case .ntm(let ntm) = model, slots < ntm.slots else { return nil }
    return try program(usingSlots: slots)
  }

  private func program(usingSlots used: Int?) throws -> Program {
    try model.program(
      inputs: task.task.inputSize, outputs: task.task.outputSize,
      objective: task.task.loss.objective, usingSlots: used)
  }

  /// Checks every setting that could not be.
  ///
  /// - Throws: `SettingError` for the first that is wrong.
  public func validate() throws(SettingError) {
    do {
      try task.task.validate()
    } catch {
      throw SettingError(
        setting: "task.\(error.setting)", problem: error.problem, remedy: error.remedy)
    }
    try model.validate()
    try training.validate()
    try training.tightMemory.validate(for: model)
    try training.rolledMemory.validate(for: model)
    guard training.quietShare == 0 || task.task is any TaskWithSilence else {
      let tasks = TaskCatalogue.all.filter { $0 is any TaskWithSilence.Type }.map { $0.name }
      throw SettingError(
        setting: "training.quietShare",
        problem: "is \(training.quietShare) with the task \(type(of: task.task).name)",
        remedy: "set it to 0: only \(tasks.joined(separator: " and ")) have quiet stretches")
    }
  }
}

extension TrainingConfiguration {
  func validate() throws(SettingError) {
    try check("training.sequences", sequences, within: 1...1_000_000_000)
    try check("training.batch", batch, within: 1...65_536)
    try check("training.microBatch", microBatch, within: 1...1_024)
    try check("training.reportEvery", reportEvery, within: 1...1_000_000_000)
    try check(
      "training.optimiser.learningRate", optimiser.learningRate,
      within: 0...Float.greatestFiniteMagnitude)
    try check(
      "training.optimiser.decaySequences", optimiser.decaySequences, within: 1...1_000_000_000)
    try check("training.optimiser.decay", optimiser.decay, within: 0...1)
    try check("training.optimiser.momentum", optimiser.momentum, within: 0...1)
    // Where a gradient has been 0 so far, an ε of 0 would divide 0 by 0.
    try check(
      "training.optimiser.epsilon", optimiser.epsilon,
      within: (optimiser.kind == .sgd ? 0 : Float.leastNormalMagnitude)...1)
    try check("training.optimiser.beta1", optimiser.beta1, within: 0...Float(1).nextDown)
    try check("training.optimiser.beta2", optimiser.beta2, within: 0...Float(1).nextDown)
    try check("training.averagedShare", averagedShare, within: 0...1)
    try check("training.quietShare", quietShare, within: 0...1)
    try check("training.solvedBelow", solvedBelow, within: 0...TrainingRun.worthChecking)
    guard clipping.kind == .none || clipping.limit > 0 && clipping.limit.isFinite else {
      throw SettingError(
        setting: "training.clipping.limit", problem: "is \(clipping.limit)",
        remedy: "set it to a number above 0, or training.clipping.kind to none")
    }
  }
}

extension Loss {
  /// The same as the engine's objective.
  var objective: Objective {
    switch self {
    case .binaryCrossEntropy: .binaryCrossEntropy
    case .softmaxCrossEntropy(let groupSize): .softmaxCrossEntropy(group: groupSize)
    }
  }
}

extension RunConfiguration {
  /// The model and the controller that a settings file names, so that the right defaults stand behind
  /// it, nil for what it does not name; and whether it names conventions.
  ///
  /// - Throws: `FileError` for a file that cannot be read.
  public static func network(
    inFile path: String
  ) throws -> (
    model: ModelConfiguration.Kind?, controller: ControllerConfiguration.Kind?, conventions: Bool
  ) {
    let content = try FileSystem.content(of: path)
    // What is wrong in the file is said when it is applied.
    guard let model = try? JSONParser.parse(content)["model"] else { return (nil, nil, false) }
    func name(_ value: JSONValue?) -> String {
      if case .string(let name)? = value { name } else { "" }
    }
    return (
      ModelConfiguration.Kind(rawValue: name(model["kind"])),
      ControllerConfiguration.Kind(rawValue: name(model["controller"]?["kind"])),
      model["conventions"] != nil
    )
  }
}
