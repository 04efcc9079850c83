import TapeheadTasks

/// A configuration and the strict ways to change it: JSON files and `path=value` assignments.
///
/// `Configuration` is any Codable structure whose coding keys are its settings. An optional that is
/// nil appears as null; an enumeration whose cases are texts is checked by its cases. Its own
/// `init(from:)` may throw `DecodingError.dataCorrupted` with a sentence of what a value must be.
///
/// A change is applied completely or, with an error, not at all.
public struct Settings<Configuration: Codable> {
  public private(set) var configuration: Configuration
  private var tree: JSONValue

  /// Starts from the defaults.
  ///
  /// - Throws: `EncodingError` for a default that JSON cannot hold, such as an infinity.
  public init(defaults: Configuration) throws {
    configuration = defaults
    tree = try JSONValue(encoding: defaults)
  }

  /// Reads a file in which every setting must stand, such as a run's `config.json`.
  ///
  /// - Throws: `FileError` or `SettingsError`.
  public init(reading file: String) throws {
    let tree = try Settings.parse(file)
    (configuration, self.tree) = try Settings.decode(tree, changedBy: tree, source: file)
  }

  /// Every setting with its value, as `config.json` holds it: in the order of declaration, numbers
  /// with the fewest digits that read back as the same.
  public var text: String { tree.pretty }

  /// Applies the settings in a JSON file; those that it leaves out keep their values.
  ///
  /// - Throws: `FileError` where it cannot be read; `SettingsError` for what is no JSON (line and
  ///   column), for an unknown setting, and for a value of the wrong kind.
  public mutating func apply(file: String) throws {
    try apply(Settings.parse(file), source: file)
  }

  /// Applies `path=value`, such as `training.batch=4`.
  ///
  /// The value is JSON, or a text without its quotes where that does not fit. Leading parts of the
  /// path may be left out where the rest names one setting only. `option` is what gave it, for errors.
  ///
  /// - Throws: `SettingsError`, which names the assignment.
  public mutating func set(_ assignment: String, by option: String = "--set") throws {
    let source = "\(option) \(assignment)"
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let given = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !given.contains("") else {
      throw SettingsError(
        source: source, path: "", problem: "this should read path=value, such as training.batch=4")
    }
    let names = try tree.path(endingIn: given, source: source)
    let text = String(parts[1])
    func change(_ value: JSONValue) -> JSONValue {
      names.reversed().reduce(value) { inner, name in .object([JSONValue.Member(name, inner)]) }
    }
    let value: JSONValue
    do {
      value = try JSONParser.parse(text.utf8)
    } catch let error as JSONSyntaxError where text.hasPrefix("{") || text.hasPrefix("[") {
      throw SettingsError(
        source: source, path: names.joined(separator: "."), problem: "this is no JSON, \(error)")
    } catch {
      return try apply(change(.string(text)), source: source)
    }
    do {
      try apply(change(value), source: source)
    } catch let error as SettingsError {
      // A text such as 42 or true needs no quotes either; else the first reading is to blame.
      do {
        try apply(change(.string(text)), source: source)
      } catch is SettingsError {
        throw error
      }
    }
  }

  private mutating func apply(_ change: JSONValue, source: String) throws {
    let changed = tree.merged(with: change)
    (configuration, tree) = try Settings.decode(changed, changedBy: change, source: source)
  }

  private static func parse(_ file: String) throws -> JSONValue {
    do {
      return try JSONParser.parse(FileSystem.content(of: file))
    } catch let error as JSONSyntaxError {
      throw SettingsError(
        source: file, path: "",
        problem: "this is no JSON, \(error): mend it there, or put the whole file back")
    }
  }

  /// The configuration that `tree` describes, and the tree that it writes of itself.
  private static func decode(
    _ tree: JSONValue, changedBy change: JSONValue, source: String
  ) throws -> (Configuration, JSONValue) {
    do {
      let configuration = try tree.decode(Configuration.self)
      let known = try JSONValue(encoding: configuration)
      try change.checkNames(against: known, path: [])
      return (configuration, known)
    } catch let problem as SettingProblem {
      throw problem.error(in: source)
    }
  }
}

extension JSONValue {
  /// The whole path of the setting whose path ends in `names`; `names` itself where none does and they may be a
  /// whole path.
  ///
  /// - Throws: `SettingsError` where several do, and none is `names` itself, and where none does but one nearly.
  fileprivate func path(endingIn names: [String], source: String) throws -> [String] {
    let matches = paths.filter { $0.suffix(names.count).elementsEqual(names) }
    if matches.isEmpty, self[names[0]] == nil { try refuse(names, source: source) }
    guard matches.count > 1, !matches.contains(names) else {
      return matches.contains(names) ? names : matches.first ?? names
    }
    let found = matches.map { $0.joined(separator: ".") }.joined(separator: ", ")
    throw SettingsError(
      source: source, path: names.joined(separator: "."),
      problem: "several settings end like this; write one of \(found)")
  }

  /// Says which setting's path ends nearly like `names`, if one does.
  private func refuse(_ names: [String], source: String) throws {
    let given = names.joined(separator: ".")
    let endings = paths.filter { $0.count >= names.count }.map { path in
      (end: path.suffix(names.count).joined(separator: "."), whole: path.joined(separator: "."))
    }
    guard let near = nearestName(to: given, among: endings.map(\.end)),
      let setting = endings.first(where: { $0.end == near })
    else { return }
    throw SettingsError(
      source: source, path: given,
      problem: "there is no such setting; did you mean '\(setting.whole)'?")
  }

  /// The paths of all members, outer ones first.
  private var paths: [[String]] {
    guard case .object(let members) = self else { return [] }
    return members.flatMap { member in
      [[member.name]] + member.value.paths.map { [member.name] + $0 }
    }
  }

  /// This value with `change` laid over it: objects member by member, all else as a whole.
  fileprivate func merged(with change: JSONValue) -> JSONValue {
    guard case .object(var members) = self, case .object(let changes) = change else {
      return change
    }
    for change in changes {
      if let place = members.firstIndex(where: { $0.name == change.name }) {
        members[place].value = members[place].value.merged(with: change.value)
      } else {
        members.append(change)
      }
    }
    return .object(members)
  }

  /// Checks that every name in this value also stands in `known`, which decoding passes over.
  fileprivate func checkNames(against known: JSONValue, path: [any CodingKey]) throws {
    switch (self, known) {
    case (.object(let members), .object(let knownMembers)):
      for member in members {
        let path = path + [SettingKey(stringValue: member.name)]
        guard let match = known[member.name] else {
          let names = knownMembers.map(\.name)
          let hint = nearestName(to: member.name, among: names).map { "did you mean '\($0)'?" }
          throw SettingProblem(
            path: path,
            text: "there is no such setting; "
              + (hint ?? "here are: \(names.joined(separator: ", "))"))
        }
        try member.value.checkNames(against: match, path: path)
      }
    case (.array(let elements), .array(let knownElements)):
      for (index, (element, known)) in zip(elements, knownElements).enumerated() {
        try element.checkNames(against: known, path: path + [SettingKey(intValue: index)])
      }
    default: break
    }
  }
}
