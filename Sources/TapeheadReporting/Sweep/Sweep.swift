import TapeheadFigures
public import TapeheadTraining

/// What is drawn of a sweep, by the name of its file.
public enum SweepFigure: String, CaseIterable {
  case survival, times, curves
}

/// One configuration over many seeds and settings.
public struct Sweep: Sendable {
  public let variations: [Variation]
  /// By group of settings: the values of the variations, in their order.
  let groups: [[String]]
  public let seeds: [UInt64]
  private let folder: String
  private var runs: String { "\(folder)/runs" }
  /// Seed by seed, and for each seed all groups, so that every group shows something early.
  public let jobs: [Job]

  /// - Parameters:
  ///   - settings: What all runs have in common.
  ///   - variations: Settings to vary; several multiply.
  ///   - seeds: Of the runs.
  ///   - afterSolved: So many sequences after a run solved the task it ends; nil where it goes on.
  ///   - folder: Where the runs lie, in runs/.
  /// - Throws: `SettingsError` or `SettingError` for a value that cannot be; `ReportingError`
  ///   where two groups would be the same or have one name.
  public init(
    of settings: Settings<RunConfiguration>, varying variations: [Variation], seeds: [UInt64],
    afterSolved: Int?, in folder: String
  ) throws {
    let groups = Variation.combinations(of: variations)
    var configurations: [RunConfiguration] = []
    for group in groups {
      var settings = settings
      for (variation, value) in zip(variations, group) {
        try settings.set("\(variation.path)=\(value)", by: "--vary")
      }
      try settings.configuration.validate()
      var configuration = settings.configuration
      configuration.seed = 0
      if let same = configurations.firstIndex(of: configuration) {
        let names = [groups[same], group].map { Self.name(variations, $0) }
        throw ReportingError(
          "\(names[0]) and \(names[1]) would be the same runs",
          remedy: "vary each setting once; seeds are varied by --seeds")
      }
      configurations.append(configuration)
    }
    let names = groups.map { Self.name(variations, $0) }
    guard Set(names).count == names.count else {
      throw ReportingError(
        "two groups of settings would be called the same", remedy: "vary fewer settings at a time")
    }
    self.variations = variations
    self.groups = groups
    self.seeds = seeds
    self.folder = folder
    self.jobs = seeds.flatMap { seed in
      zip(names, configurations).map { name, configuration in
        var configuration = configuration
        configuration.seed = seed
        let full = (name.isEmpty ? "" : name + "-") + "seed\(seed)"
        return Job(full, configuration, folder: "\(folder)/runs/\(full)", afterSolved: afterSolved)
      }
    }
  }

  /// Checks that no other runs lie in the sweep's folder, which its tables and figures would leave out, and that
  /// nothing stands where these are written in the end.
  ///
  /// - Throws: `FileError` where something does.
  public func checkFolder() throws {
    try OwnFile.checkPlace(
      ofTable: "\(folder)/outcomes.csv", lastColumn: OutcomeColumns.failure)
    for figure in SweepFigure.allCases {
      try OwnFile.checkPlace(ofFigure: "\(folder)/\(figure).svg")
    }
    switch try FileSystem.kind(of: runs) {
    case .nothing: return
    case .file, .stream:
      throw FileError(
        runs, "is a file where the runs' folder should be",
        remedy: "move it away, or choose another folder with --out")
    case .folder: break
    }
    let own = Set(jobs.map { FileSystem.name(of: $0.folder) })
    let others = try FileSystem.names(in: runs).filter { !own.contains($0) && !$0.hasPrefix(".") }
    guard let first = others.min() else { return }
    throw FileError(
      runs, "holds runs that this sweep does not ask for (\(others.count), such as \(first))",
      remedy: "choose another folder with --out, or ask for those runs too")
  }

  /// The last part of each path and its value, with nothing that a folder's name cannot hold.
  private static func name(_ variations: [Variation], _ values: [String]) -> String {
    zip(variations, values).map { variation, value in
      let last = variation.path.split(separator: ".").last.map(String.init) ?? variation.path
      return "\(last)-" + value.map { $0.isLetter || $0.isNumber || "+-._".contains($0) ? $0 : "_" }
    }.joined(separator: "-")
  }

  /// The results of a group, seed by seed.
  func results(ofGroup group: Int, in results: [JobResult]) -> [JobResult] {
    seeds.indices.map { results[$0 * groups.count + group] }
  }

  /// What a group is called in tables and legends.
  package func title(ofGroup group: Int) -> String {
    Outcomes.title(variations.map(\.path), groups[group])
  }
}
