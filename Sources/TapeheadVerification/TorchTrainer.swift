import TapeheadEngine
import TapeheadTraining

/// The settings of a recorded torch.optim.RMSprop with clipping.
struct TorchRMSProp {
  let optimiser: OptimiserConfiguration
  let clipping: Clipping

  /// Reads `lr`, `momentum`, `alpha`, `eps`, `centered` and `clip` of a configuration.
  init(_ config: JSONValue?, in run: RecordedRun) throws {
    guard try run.number("weight_decay", of: config, or: 0) == 0 else {
      throw run.error("has a weight decay, which ours lacks", remedy: "record a run without")
    }
    var optimiser = OptimiserConfiguration(
      kind: .torchRMSProp, learningRate: Float(try run.number("lr", of: config)))
    optimiser.momentum = Float(try run.number("momentum", of: config))
    optimiser.decay = Float(try run.number("alpha", of: config))
    optimiser.epsilon = Float(try run.number("eps", of: config))
    optimiser.centred = run.flag("centered", of: config)
    self.optimiser = optimiser
    self.clipping = Clipping(kind: .value, limit: Float(try run.number("clip", of: config)))
  }
}

/// Parameters by their names in a recording, with our optimiser for them.
struct TorchTrainer {
  private let parameters: ParameterStore
  private let gradient: ParameterStore
  private let clipper: GradientClipper
  private var optimiser: Optimiser

  init(
    _ rule: TorchRMSProp, tensors: [(name: String, shape: [Int])], instructionSet: InstructionSet
  ) {
    var list = ParameterList()
    for (name, shape) in tensors {
      _ = list.declare(name, shape: Shape(shape), initialisation: .constant(0))
    }
    self.parameters = ParameterStore(list)
    self.gradient = ParameterStore(list)
    self.clipper = GradientClipper(rule.clipping, gradient, instructionSet)
    self.optimiser = Optimiser(
      rule.optimiser, parameters, along: gradient, instructionSet: instructionSet)
  }

  /// A parameter's numbers.
  subscript(name: String) -> [Double] {
    get { parameters[parameters.list.required(name)].map { Double($0) } }
    nonmutating set { parameters[parameters.list.required(name)] = newValue.map { Float($0) } }
  }

  /// Clips a gradient and changes the parameters along it.
  mutating func update(along gradients: [(name: String, numbers: [Double])]) {
    for (name, numbers) in gradients {
      gradient[gradient.list.required(name)] = numbers.map { Float($0) }
    }
    _ = clipper.apply()
    optimiser.update()
  }

  /// What torch calls what it remembers of a parameter, and what ours calls it.
  static let moments = [
    ("square_avg", "mean square"), ("grad_avg", "mean"), ("momentum_buffer", "step"),
  ]

  /// What is remembered of a parameter, by our name.
  func moment(_ kind: String, of name: String) -> [Double] {
    guard let store = optimiser.moments.first(where: { $0.name == kind })?.store else {
      preconditionFailure("torch's RMSProp remembers no \(kind)")
    }
    return store[store.list.required(name)].map { Double($0) }
  }
}
