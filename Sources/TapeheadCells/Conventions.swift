public import TapeheadEngine

// What the papers leave open, and implementations settle in different ways. Every choice is named
// here, with where it comes from; Documentation/Decisions says what was compared for the defaults.

/// What a memory holds before the first step.
public struct FirstMemory: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// One number in every place (Collier & Beel 2018: 1e-6).
    case constant
    /// Normal numbers, drawn at initialisation.
    case random
    /// Normal numbers at initialisation, changed by training.
    case learned
  }

  public var initial: Kind
  /// The number of a constant memory.
  public var value: Float
  /// The standard deviation of what is drawn.
  public var deviation: Float
  /// Whether what is drawn or learned goes through tanh (Collier & Beel 2018).
  public var squashed: Bool
  /// Whether training changes a constant or random memory too, as Collier & Beel's program does.
  public var trained: Bool

  public init(
    initial: Kind, value: Float = 1e-6, deviation: Float = 0.5, squashed: Bool = false,
    trained: Bool = false
  ) {
    self.initial = initial
    self.value = value
    self.deviation = deviation
    self.squashed = squashed
    self.trained = trained
  }
}

/// What a head's weighting is before the first step.
public enum FirstWeighting: String, Sendable, Codable, CaseIterable {
  /// All zero (pytorch-ntm): the first interpolation is with nothing.
  case zero
  /// 0.9 on slot 0 and the rest spread evenly over the other slots.
  case firstSlot
  case uniform
  /// The softmax of learned numbers, one for each slot (Collier & Beel 2018).
  case learned
}

/// Which memory a head sees when several heads act in one step.
public enum HeadOrder: String, Sendable, Codable, CaseIterable {
  /// All heads see the memory of the step before; all writes happen at once.
  case together
  /// Read head 0, write head 0, read head 1, …: each sees what those before it wrote (pytorch-ntm).
  case alternating
  /// All writes happen at once, then all read heads see the new memory, as in the DNC.
  case writesFirst
}

/// How the taps of the shift are ordered; it matters only where parameters are exchanged.
public enum ShiftOrder: String, Sendable, Codable, CaseIterable {
  /// −r, …, −1, 0, +1, …, +r.
  case ascending
  /// +r, …, +1, 0, −1, …, −r (pytorch-ntm).
  case descending
  /// 0, +1, …, +r, −r, …, −1 (Collier & Beel 2018).
  case wrapped

  /// How far each of an odd number of taps moves a weighting.
  public func shifts(_ count: Int) -> [Int] {
    let reach = count / 2
    return switch self {
    case .ascending: Array(-reach...reach)
    case .descending: Array((-reach...reach).reversed())
    case .wrapped: Array(0...reach) + (reach == 0 ? [] : Array(-reach...(-1)))
    }
  }
}

/// The choices that the NTM paper leaves open.
public struct Conventions: Sendable, Hashable, Codable {
  public var memory: FirstMemory
  public var firstWeighting: FirstWeighting
  public var firstRead: FirstState
  /// What the controller's h and c start from.
  public var firstControllerState: FirstState
  public var keyActivation: Activation
  public var addActivation: Activation
  /// softplus or oneplus, for β.
  public var strengthActivation: Activation
  public var headOrder: HeadOrder
  public var shiftOrder: ShiftOrder
  public var similarity: SimilarityEpsilon
  /// Added to the sum that a sharpened weighting is divided by.
  public var sharpeningEpsilon: Float
  /// What comes back into a weighting is cut off at ± this; 0 leaves it.
  ///
  /// From a weighting the way back leads to the one before, through a sharpening that multiplies by γ, and to the
  /// slots, through a similarity that divides by their lengths: in some states it grows with every step, beyond a
  /// float's range in the end.
  public var weightingGradientLimit: Float
  /// What the controller emits to the heads, and the network's output, are cut off at ± this; 0 leaves them.
  public var outputClip: Float
  /// The first bias of an LSTM controller's forget gates.
  public var forgetBias: Float
  /// The first bias of the heads' interpolation gates: below 0, a head starts from where it was.
  public var gateBias: Float
  /// The first bias of the write heads' erase: below 0, a head that wanders writes over little.
  public var eraseBias: Float
  /// The first bias of the shift by +1 of read and write heads 1, 3, 5, …: above 0, of several pairs of heads every
  /// second starts as one that steps on.
  public var shiftBias: Float

  public init(
    memory: FirstMemory, firstWeighting: FirstWeighting, firstRead: FirstState,
    firstControllerState: FirstState, keyActivation: Activation, addActivation: Activation,
    strengthActivation: Activation, headOrder: HeadOrder, shiftOrder: ShiftOrder,
    similarity: SimilarityEpsilon, sharpeningEpsilon: Float, weightingGradientLimit: Float = 0,
    outputClip: Float, forgetBias: Float, gateBias: Float = 0, eraseBias: Float = 0,
    shiftBias: Float = 0
  ) {
    self.memory = memory
    self.firstWeighting = firstWeighting
    self.firstRead = firstRead
    self.firstControllerState = firstControllerState
    self.keyActivation = keyActivation
    self.addActivation = addActivation
    self.strengthActivation = strengthActivation
    self.headOrder = headOrder
    self.shiftOrder = shiftOrder
    self.similarity = similarity
    self.sharpeningEpsilon = sharpeningEpsilon
    self.weightingGradientLimit = weightingGradientLimit
    self.outputClip = outputClip
    self.forgetBias = forgetBias
    self.gateBias = gateBias
    self.eraseBias = eraseBias
    self.shiftBias = shiftBias
  }
}

extension Conventions {
  /// Reads the choices; those that came later than the others may be missing, and are 0 then as they were.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func later(_ key: CodingKeys) throws -> Float {
      try container.decodeIfPresent(Float.self, forKey: key) ?? 0
    }
    self.init(
      memory: try container.decode(FirstMemory.self, forKey: .memory),
      firstWeighting: try container.decode(FirstWeighting.self, forKey: .firstWeighting),
      firstRead: try container.decode(FirstState.self, forKey: .firstRead),
      firstControllerState: try container.decode(FirstState.self, forKey: .firstControllerState),
      keyActivation: try container.decode(Activation.self, forKey: .keyActivation),
      addActivation: try container.decode(Activation.self, forKey: .addActivation),
      strengthActivation: try container.decode(Activation.self, forKey: .strengthActivation),
      headOrder: try container.decode(HeadOrder.self, forKey: .headOrder),
      shiftOrder: try container.decode(ShiftOrder.self, forKey: .shiftOrder),
      similarity: try container.decode(SimilarityEpsilon.self, forKey: .similarity),
      sharpeningEpsilon: try container.decode(Float.self, forKey: .sharpeningEpsilon),
      weightingGradientLimit: try later(.weightingGradientLimit),
      outputClip: try later(.outputClip),
      forgetBias: try container.decode(Float.self, forKey: .forgetBias),
      gateBias: try container.decode(Float.self, forKey: .gateBias),
      eraseBias: try later(.eraseBias), shiftBias: try later(.shiftBias))
  }
}

/// A named set of conventions.
public enum ConventionsPreset: String, Sendable, Codable, CaseIterable {
  case tapehead, tapeheadLookup, graves2014, pytorchNTM, collierBeel2018

  /// Where the choices come from, in one sentence.
  public var summary: String {
    switch self {
    case .tapehead:
      "Tapehead's defaults, chosen by measuring"
    case .tapeheadLookup:
      "Tapehead's for what is looked up by content: small random memory, gates open, learned first state"
    case .graves2014:
      "the paper's text: reads, memory and controller start from learned bias values"
    case .pytorchNTM:
      "loudinthecloud/pytorch-ntm: linear keys and adds, weightings from zero, heads in turn"
    case .collierBeel2018:
      "Collier & Beel 2018: memory of 1e-6, tanh keys and adds, learned first weightings"
    }
  }

  public var conventions: Conventions {
    switch self {
    case .tapehead: .tapehead
    case .tapeheadLookup: .tapeheadLookup
    case .graves2014: .graves2014
    case .pytorchNTM: .pytorchNTM
    case .collierBeel2018: .collierBeel2018
    }
  }
}

extension Conventions {
  /// Tapehead's defaults.
  public static let tapehead = Conventions(
    memory: FirstMemory(initial: .learned, deviation: 0.1), firstWeighting: .firstSlot,
    firstRead: .zero, firstControllerState: .zero, keyActivation: .identity,
    addActivation: .tanh, strengthActivation: .softplus, headOrder: .together,
    shiftOrder: .ascending, similarity: SimilarityEpsilon(insideRoot: 1e-12),
    sharpeningEpsilon: 0, weightingGradientLimit: finiteGradients, outputClip: 0, forgetBias: 1,
    gateBias: -2)

  /// What gradients of a weighting seldom come near where training goes well, and from where they can't leave a float's
  /// range on the way to the weighting before (Documentation/Decisions/Training.md, "A limit on the way back").
  private static let finiteGradients: Float = 1e20

  /// Tapehead's for tasks that look things up by content: those of pytorch-ntm, but that heads start on slot
  /// 0 and act together, shifts ascend, erases start at −3 and gradients stay finite
  /// (Documentation/Decisions/Training.md).
  public static let tapeheadLookup: Conventions = {
    var conventions = Conventions.pytorchNTM
    conventions.firstWeighting = .firstSlot
    conventions.headOrder = .together
    conventions.shiftOrder = .ascending
    conventions.eraseBias = -3
    conventions.weightingGradientLimit = finiteGradients
    return conventions
  }()

  /// Graves, Wayne & Danihelka 2014: all that starts a sequence is a bias value.
  public static let graves2014 = Conventions(
    memory: FirstMemory(initial: .learned, deviation: 0.1), firstWeighting: .learned,
    firstRead: .learned, firstControllerState: .learned, keyActivation: .identity,
    addActivation: .identity, strengthActivation: .softplus, headOrder: .together,
    shiftOrder: .ascending, similarity: SimilarityEpsilon(insideRoot: 1e-12),
    sharpeningEpsilon: 0, outputClip: 0, forgetBias: 0)

  /// loudinthecloud/pytorch-ntm, as published.
  public static let pytorchNTM = Conventions(
    memory: FirstMemory(initial: .random, deviation: 0.05), firstWeighting: .zero,
    firstRead: .random, firstControllerState: .learned, keyActivation: .identity,
    addActivation: .identity, strengthActivation: .softplus, headOrder: .alternating,
    shiftOrder: .descending, similarity: SimilarityEpsilon(floor: 1e-8),
    sharpeningEpsilon: 1e-16, outputClip: 0, forgetBias: 0)

  /// MarkPKCollier/NeuralTuringMachine as published, but that its constant memory is fixed: theirs is trained too
  /// (`memory.trained`).
  public static let collierBeel2018 = Conventions(
    memory: FirstMemory(initial: .constant, value: 1e-6), firstWeighting: .learned,
    firstRead: .learned, firstControllerState: .zero, keyActivation: .tanh,
    addActivation: .tanh, strengthActivation: .softplus, headOrder: .together,
    shiftOrder: .wrapped, similarity: SimilarityEpsilon(besideProduct: 1e-8),
    sharpeningEpsilon: 0, outputClip: 20, forgetBias: 1)
}
