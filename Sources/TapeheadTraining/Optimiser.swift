public import TapeheadEngine
import TapeheadKernels

/// Which rule changes the parameters, with its constants; each rule uses some of them.
public struct OptimiserConfiguration: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Graves 2013 (arXiv:1308.0850, equations 38–45): centred, epsilon inside the root.
    case gravesRMSProp = "graves-rmsprop"
    /// torch.optim.RMSprop: epsilon beside the root, centred if asked for.
    case torchRMSProp = "torch-rmsprop"
    /// Kingma & Ba 2015 (arXiv:1412.6980).
    case adam
    /// Stochastic gradient descent with momentum.
    case sgd
  }

  /// How the learning rate falls with the number n of sequences trained on.
  public enum Decay: String, Sendable, Codable, CaseIterable {
    case constant
    /// rate / √(1 + n / decaySequences).
    case inverseSquareRoot = "inverse-square-root"
    /// rate / (1 + n / decaySequences).
    case inverse
  }

  public var kind: Kind
  public var learningRate: Float
  public var rateDecay: Decay
  /// The number of sequences that sets the pace of the decay.
  public var decaySequences: Int
  /// Of the running means, for both forms of RMSProp.
  public var decay: Float
  public var momentum: Float
  public var epsilon: Float
  /// Whether torch's RMSProp subtracts the squared mean.
  public var centred: Bool
  /// Adam's β₁ and β₂.
  public var beta1: Float
  public var beta2: Float

  public init(kind: Kind, learningRate: Float) {
    self.kind = kind
    self.learningRate = learningRate
    self.rateDecay = .constant
    self.decaySequences = 10_000
    self.decay = kind == .torchRMSProp ? 0.99 : 0.95
    self.momentum = kind == .torchRMSProp ? 0 : 0.9
    self.epsilon =
      switch kind {
      case .gravesRMSProp: 1e-4
      case .torchRMSProp, .adam, .sgd: 1e-8
      }
    self.centred = false
    self.beta1 = 0.9
    self.beta2 = 0.999
  }
}

extension OptimiserConfiguration {
  /// Graves' RMSProp with what made it stable over seeds.
  ///
  /// Its means forget faster than his (ℵ = 0.8 for 0.95), so that one gradient far above those before it
  /// moves a parameter by at most 2.5 rates in place of 4.6; an epsilon small enough that what was learned
  /// goes on gaining margin when its gradients are small; and a rate that falls. See
  /// Documentation/Decisions/Training.md.
  ///
  /// - Parameters:
  ///   - learningRate: Before it falls.
  ///   - decaySequences: After how many sequences it has fallen to half.
  ///   - epsilon: Inside the root.
  /// - Returns: The rule.
  public static func stableRMSProp(
    learningRate: Float = 4e-4, decaySequences: Int = 5_000, epsilon: Float = 1e-5
  ) -> OptimiserConfiguration {
    var rule = OptimiserConfiguration(kind: .gravesRMSProp, learningRate: learningRate)
    rule.decay = 0.8
    rule.epsilon = epsilon
    return rule.falling(toHalfAfter: decaySequences)
  }

  /// The same rule with a rate that falls as 1 / (1 + n / sequences).
  public func falling(toHalfAfter sequences: Int) -> OptimiserConfiguration {
    falling(.inverse, over: sequences)
  }

  /// The same rule with a rate that falls at this pace.
  public func falling(_ decay: Decay, over sequences: Int) -> OptimiserConfiguration {
    var rule = self
    rule.rateDecay = decay
    rule.decaySequences = sequences
    return rule
  }

  /// What the DNC was measured with: Graves' ℵ of 0.95, ten times his epsilon, and a rate that falls half
  /// as fast.
  public static var dncRMSProp: OptimiserConfiguration {
    var rule = OptimiserConfiguration.stableRMSProp(
      learningRate: 3e-4, decaySequences: 10_000, epsilon: 1e-3)
    rule.decay = 0.95
    return rule
  }

  /// Adam, as the LSTM baseline learns best of what was tried, with a rate that falls slowly.
  public static var baselineAdam: OptimiserConfiguration {
    OptimiserConfiguration(kind: .adam, learningRate: 1e-3)
      .falling(.inverseSquareRoot, over: 50_000)
  }

  /// The learning rate after a number of sequences.
  public func rate(after sequences: Int) -> Float {
    let fall = 1 + Double(sequences) / Double(decaySequences)
    return switch rateDecay {
    case .constant: learningRate
    case .inverseSquareRoot: Float(Double(learningRate) / fall.squareRoot())
    case .inverse: Float(Double(learningRate) / fall)
    }
  }
}

extension OptimiserConfiguration.Kind {
  /// What is remembered for each parameter, by name.
  var moments: [String] {
    switch self {
    case .gravesRMSProp, .torchRMSProp: ["mean square", "mean", "step"]
    case .adam: ["mean", "mean square"]
    case .sgd: ["velocity"]
    }
  }
}

/// An optimiser of one set of parameters, with what it remembers of past gradients.
public struct Optimiser {
  public let configuration: OptimiserConfiguration
  /// What is remembered for each parameter, by name.
  package let moments: [(name: String, store: ParameterStore)]
  /// How many updates were made.
  package var updates = 0
  private let kernel: PreparedKernel

  /// Prepares to change `parameters` along what `gradient` will hold at each update.
  public init(
    _ configuration: OptimiserConfiguration, _ parameters: ParameterStore,
    along gradient: ParameterStore, instructionSet: InstructionSet
  ) {
    self.configuration = configuration
    let moments = configuration.kind.moments.map { ($0, ParameterStore(parameters.list)) }
    self.moments = moments
    let operands =
      [parameters.buffer.base] + moments.map { $0.1.buffer.base } + [gradient.buffer.base]
    let sizes = [parameters.buffer.count]
    let rule = configuration
    self.kernel =
      switch rule.kind {
      case .gravesRMSProp:
        PreparedKernel(
          \.graves_rmsprop, instructionSet, operands, sizes: sizes,
          constants: [0, rule.decay, rule.momentum, rule.epsilon])
      case .torchRMSProp:
        PreparedKernel(
          \.torch_rmsprop, instructionSet, operands, sizes: sizes + [rule.centred ? 1 : 0],
          constants: [0, rule.decay, rule.epsilon, rule.momentum])
      case .adam:
        PreparedKernel(
          \.adam, instructionSet, operands, sizes: sizes,
          constants: [0, rule.beta1, rule.beta2, rule.epsilon, 1, 1])
      case .sgd:
        PreparedKernel(
          \.momentum, instructionSet, operands, sizes: sizes, constants: [0, rule.momentum])
      }
  }

  /// Changes the parameters along the gradient; fixed parameters have none and stay.
  ///
  /// `sequences` is how many were trained on before, which the learning rate may depend on.
  public mutating func update(after sequences: Int = 0) {
    updates += 1
    kernel.set(constant: 0, configuration.rate(after: sequences))
    if configuration.kind == .adam {
      // 1 / (1 − βᵗ), by repeated products, so that every machine has the same bits.
      kernel.set(constant: 4, Float(1 / (1 - Self.power(configuration.beta1, updates))))
      kernel.set(constant: 5, Float(1 / (1 - Self.power(configuration.beta2, updates))))
    }
    kernel.run()
  }

  private static func power(_ base: Float, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, Double(base), exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
