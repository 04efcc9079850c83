import TapeheadTraining

/// What came of many runs, as `outcomes.csv` holds it: one line for each run, its settings first.
public struct Outcomes: Sendable {
  /// One configuration over its seeds: the lines of the same settings.
  struct Group: Sendable {
    /// As the table has them.
    let settings: [String]
    /// What tables and legends call it.
    var title: String
    var runs: [Run] = []

    /// The runs that need no more training.
    var done: [Run] { runs.filter(\.isDone) }
  }

  /// What the summary and the figures need to know of a run.
  struct Run: Sendable {
    let isDone: Bool
    /// Whether it met no number that is not finite.
    let isFinite: Bool
    let solvedAfter: Int?
    let sequences: Int
    let lateSpikes: Int
    /// Of the last case of the task's evaluation.
    let longestWrongBits: Double?

    /// The sequences among which late spikes are counted.
    var sequencesAfterSolved: Int { solvedAfter.map { sequences - $0 } ?? 0 }
  }

  public let table: CommaTable
  let columns: OutcomeColumns
  /// In the order of their first lines.
  let groups: [Group]

  /// The first column of a merged table, which says what sweep a line comes from.
  private static let sweep = "sweep"

  /// - Throws: `ReportingError` for a table that no sweep wrote.
  public init(_ table: CommaTable) throws {
    guard let columns = OutcomeColumns(table.columns) else {
      throw ReportingError(
        "is no table of a sweep's outcomes", remedy: "give the folder that a sweep wrote")
    }
    var groups: [Group] = []
    for row in table.rows {
      let settings = Array(row[..<columns.settings.count])
      let index = groups.firstIndex { $0.settings == settings } ?? groups.count
      if index == groups.count {
        groups.append(Group(settings: settings, title: Self.title(columns.settings, settings)))
      }
      groups[index].runs.append(try columns.run(row))
    }
    // Two sweeps may have tried the same.
    let titles = groups.map(\.title)
    for index in groups.indices where columns.settings.first == Self.sweep {
      guard titles.count(where: { $0 == titles[index] }) > 1 else { continue }
      groups[index].title = "\(groups[index].settings[0]): \(titles[index])"
    }
    (self.table, self.columns, self.groups) = (table, columns, groups)
  }

  /// What a group is called in tables and legends: its settings or, without any, the sweep that it comes from.
  static func title(_ paths: [String], _ values: [String]) -> String {
    let pairs = zip(paths, values).filter { $0 != sweep && !$1.isEmpty }
    guard pairs.isEmpty else { return pairs.map(Variation.title).joined(separator: ", ") }
    return paths.first == sweep ? values[0] : "all seeds"
  }

  /// Reads the outcomes that a sweep or a comparison left.
  ///
  /// - Parameter path: Of its folder, or of the table alone.
  /// - Throws: `FileError` where there is no such table or it holds something else.
  public init(at path: String) throws {
    let file = try FileSystem.kind(of: path) == .folder ? "\(path)/outcomes.csv" : path
    let text = String(decoding: try FileSystem.content(of: file), as: UTF8.self)
    do {
      try self.init(CommaTable(parsing: text))
    } catch let error as ReportingError {
      throw FileError(file, error.problem, remedy: error.remedy)
    }
  }

  /// The outcomes of several sweeps in one table, each line with its sweep's name before it.
  ///
  /// - Parameter sweeps: What they are called, and their outcomes; lines of a merged table keep the names that they have.
  /// - Throws: `ReportingError` where a seed of the same sweep and settings stands there twice.
  public init(merging sweeps: [(name: String, outcomes: Outcomes)]) throws {
    func united(_ names: [[String]]) -> [String] {
      names.joined().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    let parts = sweeps.map(\.outcomes.columns)
    let settings = united([[Self.sweep]] + parts.map(\.settings))
    let columns = OutcomeColumns(settings: settings, cases: united(parts.map(\.cases)))
    var merged = CommaTable(columns: columns.names)
    var seen: Set<[String]> = []
    for (name, outcomes) in sweeps {
      for row in outcomes.table.rows {
        var line = columns.row(row, of: outcomes.columns)
        if line[0].isEmpty { line[0] = name }
        guard seen.insert(Array(line[...settings.count])).inserted else {
          throw ReportingError(
            "seed \(line[settings.count]) of \(line[0]) stands there twice",
            remedy: "give each sweep once, and sweeps in folders of different names")
        }
        merged.append(line)
      }
    }
    try self.init(merged)
  }

  /// What a sweep is called by where its outcomes lie: the folder, or the table's own name where it is another.
  public static func name(of path: String) -> String {
    var parts = path.split(separator: "/").map(String.init)
    if parts.count > 1, parts.last == "outcomes.csv" { parts.removeLast() }
    guard let own = parts.last else { return path }
    return own.hasSuffix(".csv") ? String(own.dropLast(4)) : own
  }
}
