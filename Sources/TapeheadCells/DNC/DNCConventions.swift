public import TapeheadEngine

// What the DNC's paper leaves open, what its authors' program does differently, and what was
// improved later. Every choice is named here, with where it comes from.

/// The choices that implementations of the DNC settle in different ways.
public struct DNCConventions: Sendable, Hashable, Codable {
  /// oneplus (the paper) or softplus (its authors' program), for β.
  public var strengthActivation: Activation
  public var similarity: SimilarityEpsilon
  /// Allocation sees ε + (1 − ε) u in place of the usage u.
  public var usageEpsilon: Float
  /// Whether the usage passes no gradient to the write weighting that raised it.
  public var stopsUsageGradient: Bool
  /// The controller's state and output, and the cell's output, are cut off at ± this, unless 0.
  public var activationClip: Float
  /// The interface vector is cut off at ± this before it is activated, unless 0.
  public var interfaceClip: Float
  /// The first bias of an LSTM controller's forget gates.
  public var forgetBias: Float
  /// Whether keys come with a mask of what they compare (Csordás & Schmidhuber 2019).
  public var masksLookup: Bool
  /// Whether what a free gate frees is wiped from the memory too (the same paper).
  public var wipesFreedSlots: Bool
  /// Whether a read head can sharpen where the links lead (the same paper).
  public var sharpensLinks: Bool
  /// Added to a weighting that links make before it is sharpened.
  public var sharpeningEpsilon: Float

  public init(
    strengthActivation: Activation = .oneplus, similarity: SimilarityEpsilon,
    usageEpsilon: Float = 0, stopsUsageGradient: Bool = false, activationClip: Float = 0,
    interfaceClip: Float = 0, forgetBias: Float = 0, masksLookup: Bool = false,
    wipesFreedSlots: Bool = false, sharpensLinks: Bool = false, sharpeningEpsilon: Float = 1e-6
  ) {
    self.strengthActivation = strengthActivation
    self.similarity = similarity
    self.usageEpsilon = usageEpsilon
    self.stopsUsageGradient = stopsUsageGradient
    self.activationClip = activationClip
    self.interfaceClip = interfaceClip
    self.forgetBias = forgetBias
    self.masksLookup = masksLookup
    self.wipesFreedSlots = wipesFreedSlots
    self.sharpensLinks = sharpensLinks
    self.sharpeningEpsilon = sharpeningEpsilon
  }
}

/// A named set of conventions of the DNC.
public enum DNCConventionsPreset: String, Sendable, Codable, CaseIterable {
  case graves2016, deepMind, csordas2019

  /// Where the choices come from, in one sentence.
  public var summary: String {
    switch self {
    case .graves2016:
      "the paper's equations, with only as much ε as a memory of zeros needs"
    case .deepMind:
      "google-deepmind/dnc: softplus strengths, ε of 1e-6, no gradient from the usage to the writes"
    case .csordas2019:
      "Csordás & Schmidhuber 2019: masked look-up, wiping of freed slots, sharpened links"
    }
  }

  public var conventions: DNCConventions {
    switch self {
    case .graves2016: .graves2016
    case .deepMind: .deepMind
    case .csordas2019: .csordas2019
    }
  }
}

extension DNCConventions {
  /// The equations in the methods of Graves, Wayne & others 2016.
  ///
  /// They have no ε; the memory starts at zero, where the cosine has no gradient, so there is one
  /// within its root.
  public static let graves2016 = DNCConventions(
    similarity: SimilarityEpsilon(insideRoot: 1e-12))

  /// The program of the paper's authors, google-deepmind/dnc, as published.
  public static let deepMind = DNCConventions(
    strengthActivation: .softplus,
    similarity: SimilarityEpsilon(insideRoot: 1e-6, besideProduct: 1e-6), usageEpsilon: 1e-6,
    stopsUsageGradient: true, activationClip: 20, forgetBias: 1)

  /// Csordás & Schmidhuber 2019 (arXiv:1904.10278) with their program, RobertCsordas/dnc.
  public static let csordas2019 = DNCConventions(
    similarity: SimilarityEpsilon(besideProduct: 1e-6), usageEpsilon: 1e-6,
    stopsUsageGradient: true, interfaceClip: 20, forgetBias: 1, masksLookup: true,
    wipesFreedSlots: true, sharpensLinks: true)
}
