import TapeheadTraining

/// A tensor of a recording; its numbers stand in row-major order.
struct RecordedTensor {
  let name: String
  let shape: [Int]
  let values: [Double]

  /// The part of one index of the first axis.
  func part(_ index: Int) -> ArraySlice<Double> {
    let count = values.count / shape[0]
    return values[index * count..<(index + 1) * count]
  }
}

/// A run of another implementation as it was recorded: a manifest and the tensors beside it.
///
/// The manifest is a JSON object with `case`, `kind`, `source`, `file` (the safetensors file in the
/// same folder) and `tensors` (name → `dtype` and `shape`), beside what belongs to the kind.
struct RecordedRun {
  let path: String
  let name: String
  /// What the manifest calls the kind, as "A: NTM with LSTM controller".
  let kind: String
  /// The repository, or the library, that the numbers come from.
  let source: String
  let manifest: JSONValue
  /// The names of all tensors in the order of the manifest.
  let names: [String]
  private let tensors: [String: RecordedTensor]

  /// Reads a manifest and its tensors.
  ///
  /// - Throws: `FileError` when either is missing or damaged, or when they disagree.
  init(reading path: String) throws {
    self.path = path
    let manifest: JSONValue
    do {
      manifest = try JSONParser.parse(FileSystem.content(of: path))
    } catch let error as JSONSyntaxError {
      throw FileError(path, "is no JSON (\(error))", remedy: "give the manifest of a recording")
    }
    guard case .string(let name)? = manifest["case"], case .string(let kind)? = manifest["kind"],
      case .string(let file)? = manifest["file"], case .object(let entries)? = manifest["tensors"]
    else {
      throw FileError(
        path, "lacks one of case, kind, file and tensors",
        remedy: "give the manifest of a recording")
    }
    self.manifest = manifest
    self.name = name
    self.kind = kind
    self.source = RecordedRun.source(manifest["source"])
    let folder = FileSystem.folder(of: path)
    let stored = try Safetensors(reading: "\(folder)/\(file)")
    let names = entries.map(\.name)
    if let stranger = stored.tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw FileError(
        "\(folder)/\(file)", "has a tensor '\(stranger)' that its manifest does not name",
        remedy: "record the run again")
    }
    var tensors: [String: RecordedTensor] = [:]
    for entry in entries {
      tensors[entry.name] = try RecordedRun.tensor(
        entry, stored.tensors[entry.name], file: "\(folder)/\(file)")
    }
    self.names = names
    self.tensors = tensors
  }

  private static func source(_ value: JSONValue?) -> String {
    for key in ["repository", "library"] {
      if case .string(let text)? = value?[key] { return text }
    }
    return "an unnamed source"
  }

  /// A tensor as the manifest describes it.
  private static func tensor(
    _ entry: JSONValue.Member, _ stored: StoredTensor?, file: String
  ) throws -> RecordedTensor {
    func error(_ problem: String) -> FileError {
      FileError(file, problem, remedy: "record the run again")
    }
    guard let stored else {
      throw error("lacks the tensor '\(entry.name)' that its manifest names")
    }
    guard case .array(let extents)? = entry.value["shape"],
      extents == stored.shape.map({ .number("\($0)") }),
      entry.value["dtype"] == .string(stored.element.rawValue)
    else {
      throw error(
        "has '\(entry.name)' as \(stored.element.rawValue) \(stored.shape) against its manifest")
    }
    guard let values = stored.doubles ?? stored.integers?.map(Double.init) else {
      throw error("has '\(entry.name)' as \(stored.element.rawValue), which no recording uses")
    }
    return RecordedTensor(name: entry.name, shape: stored.shape, values: values)
  }

  // MARK: What a kind asks for

  /// The letter that a kind starts with, as "A4" of "A4: RMSprop steps on the whole NTM".
  var letter: String { String(kind.prefix { $0 != ":" }) }

  func has(_ name: String) -> Bool { tensors[name] != nil }

  func shape(_ name: String) -> [Int]? { tensors[name]?.shape }

  /// A tensor that recordings of this kind have.
  func tensor(_ name: String) throws -> RecordedTensor {
    guard let tensor = tensors[name] else {
      throw error("names no tensor '\(name)', which recordings of its kind need")
    }
    return tensor
  }

  /// A tensor of a known number of axes.
  func tensor(_ name: String, axes: Int) throws -> RecordedTensor {
    let tensor = try tensor(name)
    guard tensor.shape.count == axes, !tensor.values.isEmpty else {
      throw error("has '\(name)' as \(tensor.shape) where \(axes) axes belong")
    }
    return tensor
  }

  /// A tensor of a known shape.
  func tensor(_ name: String, shape: [Int]) throws -> RecordedTensor {
    let tensor = try tensor(name)
    guard tensor.shape == shape else {
      throw error("has '\(name)' as \(tensor.shape) where \(shape) belongs")
    }
    return tensor
  }

  /// A number of a part of the manifest, as `config`.
  func number(_ name: String, of part: JSONValue?, or standard: Double? = nil) throws -> Double {
    if case .number(let text)? = part?[name], let number = Double(text) { return number }
    guard part?[name] == nil, let standard else {
      throw error("has no number '\(name)' in its config")
    }
    return standard
  }

  /// A text of a part of the manifest; nil where it says nothing.
  func text(_ name: String, of part: JSONValue?) -> String? {
    guard case .string(let text)? = part?[name] else { return nil }
    return text
  }

  /// A yes or no of a part of the manifest; no where it says nothing.
  func flag(_ name: String, of part: JSONValue?) -> Bool { part?[name] == .bool(true) }

  /// An error of this recording.
  func error(_ problem: String, remedy: String = "record the run again") -> FileError {
    FileError(path, problem, remedy: remedy)
  }
}
