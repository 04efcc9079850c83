import Foundation
import TapeheadTraining

/// A recording that a test makes: a manifest and its tensors, in a folder that ends with it.
final class RecordingFile {
  typealias Tensors = [(name: String, shape: [Int], values: [Double])]

  let folder: String
  private let kind: String
  private let source: String
  private let members: String

  var manifest: String { "\(folder)/made.json" }
  var content: String { "\(folder)/made.safetensors" }

  /// Writes both files; `members` is what the manifest says beside what every manifest has, as JSON.
  init(
    kind: String, source: String, members: String = #""config": {}"#, _ tensors: Tensors
  ) throws {
    self.folder =
      FileManager.default.temporaryDirectory.appending(path: "tapehead-\(UUID())").path
    self.kind = kind
    self.source = source
    self.members = members
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try writeManifest(tensors)
    try writeTensors(tensors)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func writeManifest(_ tensors: Tensors) throws {
    let entries = tensors.map { #""\#($0.name)": {"dtype": "F64", "shape": \#($0.shape)}"# }
    try write(
      """
      {"case": "made", "kind": "\(kind)", "file": "made.safetensors",
      "source": {"repository": "\(source)"}, \(members),
      "tensors": {\(entries.joined(separator: ",\n"))}}
      """)
  }

  func writeTensors(_ tensors: Tensors) throws {
    var file = Safetensors()
    for (name, shape, values) in tensors {
      file.tensors[name] = StoredTensor(values, shape: shape)
    }
    try file.write(to: content)
  }

  func write(_ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: manifest))
  }
}

extension RecordingFile.Tensors {
  /// The same with the first number of one tensor changed by an amount.
  func changing(_ name: String, by amount: Double) -> Self {
    map { tensor in
      guard tensor.name == name else { return tensor }
      var tensor = tensor
      tensor.values[0] += amount
      return tensor
    }
  }
}

/// Numbers in ±1 that a float holds exactly, the same in every run.
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 44) * 0x1p-19 - 1
  }

  mutating func list(_ count: Int, scale: Double = 1) -> [Double] {
    (0..<count).map { _ in Double(Float(scale * next())) }
  }
}

/// The derivative of a function of named lists for every number, by central differences.
func gradient(
  of function: ([String: [Double]]) -> Double, at point: [String: [Double]]
) -> [String: [Double]] {
  let step = 1e-5
  var gradient: [String: [Double]] = [:]
  for (name, numbers) in point {
    gradient[name] = numbers.indices.map { index in
      var (above, below) = (point, point)
      above[name]?[index] += step
      below[name]?[index] -= step
      return (function(above) - function(below)) / (2 * step)
    }
  }
  return gradient
}
