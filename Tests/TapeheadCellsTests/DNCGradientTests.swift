import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// The whole cell against finite differences of a reference in Double: outputs, then gradients.
@Suite struct DNCGradientTests {
  /// The largest error of a gradient, as a part of its parameter's largest one.
  static let bound = 2e-4

  /// The presets, and each switch turned around by itself in the paper's conventions.
  static let conventions: [DNCConventions] =
    DNCConventionsPreset.allCases.map(\.conventions)
    + [
      changed { $0.masksLookup = true }, changed { $0.wipesFreedSlots = true },
      changed { $0.sharpensLinks = true }, changed { $0.stopsUsageGradient = true },
      changed { $0.usageEpsilon = 0.01 }, changed { $0.activationClip = 0.4 },
      changed { $0.interfaceClip = 0.5 }, changed { $0.strengthActivation = .softplus },
    ]

  /// The paper's conventions with a larger ε: the difference of a cosine at zero means nothing.
  static let smooth: DNCConventions = {
    var conventions = DNCConventions.graves2016
    conventions.similarity = SimilarityEpsilon(insideRoot: 1e-2)
    return conventions
  }()

  private static func changed(_ change: (inout DNCConventions) -> Void) -> DNCConventions {
    var conventions = smooth
    change(&conventions)
    return conventions
  }

  @Test(arguments: conventions) func presetsAndSwitches(_ conventions: DNCConventions) throws {
    var conventions = conventions
    conventions.similarity = Self.smooth.similarity
    let sample = try DNCSample(conventions)
    let deviation = try GradientCheck(sample.program, probes: .directions(6))
      .largestDeviation(sample.batch, sample.store)
    let isSmall = deviation.error < Self.bound
    #expect(isSmall, "\(deviation)")
  }

  @Test(arguments: [(1, 1), (4, 1), (1, 2), (3, 3)])
  func heads(_ readHeads: Int, _ writeHeads: Int) throws {
    for conventions in [Self.smooth, DNCConventions.csordas2019] {
      var conventions = conventions
      conventions.similarity = Self.smooth.similarity
      let sample = try DNCSample(
        conventions, readHeads: readHeads, writeHeads: writeHeads)
      let deviation = try GradientCheck(sample.program, probes: .directions(3))
        .largestDeviation(sample.batch, sample.store)
      let isSmall = deviation.error < Self.bound
      #expect(isSmall, "\(deviation)")
    }
  }

  @Test(arguments: [
    ControllerConfiguration(kind: .feedforward, units: 5, layers: 2),
    ControllerConfiguration(kind: .lstm, units: 3, layers: 3),
  ])
  func controllers(_ controller: ControllerConfiguration) throws {
    let sample = try DNCSample(Self.smooth, controller: controller)
    let deviation = try GradientCheck(sample.program, probes: .directions(3))
      .largestDeviation(sample.batch, sample.store)
    let isSmall = deviation.error < Self.bound
    #expect(isSmall, "\(deviation)")
  }

  /// From a state of zeros, where every usage is equal and every cosine is 0 / 0, all is finite.
  @Test(arguments: DNCConventionsPreset.allCases)
  func theZeroStateIsFinite(_ preset: DNCConventionsPreset) throws {
    for spread in [Float(0), 1, 8] {
      let sample = try DNCSample(preset.conventions, slots: 20, spread: spread)
      let executor = TrainingExecutor(
        sample.program, parameters: sample.store, settings: DNCSample.settings,
        longestSequence: 6)
      let gradient = ParameterStore(sample.program.parameters)
      let loss = executor.lossAndGradient(sample.batch, into: gradient)
      let isFinite =
        loss.isFinite
        && sample.program.parameters.all.allSatisfy { gradient[$0].allSatisfy(\.isFinite) }
      #expect(isFinite, "\(preset) with parameters in ±\(spread)")
    }
  }
}
