import Foundation
import TapeheadTraining
import TapeheadVerification
import Testing

/// What becomes of recordings of the DNC that differ from ours, or that are damaged.
struct DNCRecordingTests {
  private static let deepMind = "google-deepmind/dnc"
  private static let whole = "B: DNC with LSTM controller"

  /// A recording of the golden folder with one number of one tensor changed.
  private func verifyGolden(
    _ recording: String, changing name: String, by change: Double
  ) throws -> VerificationReport {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tapehead-\(UUID())").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let manifest = "\(folder)/\(recording).json"
    try FileManager.default.copyItem(
      atPath: "\(Golden.folder)/\(recording).json", toPath: manifest)
    var file = try Safetensors(reading: "\(Golden.folder)/\(recording).safetensors")
    let tensor = try #require(file.tensors[name])
    var numbers = try #require(tensor.doubles)
    numbers[numbers.count - 1] += change
    file.tensors[name] = StoredTensor(numbers, shape: tensor.shape)
    try file.write(to: "\(folder)/\(recording).safetensors")
    return try Verifier.verify(manifest)
  }

  @Test(
    .enabled(if: Golden.isHere, "the recordings stand in shared/golden beside the package"),
    arguments: [
      ("dnc_b4_r4_softplus", "step.act.read_mode"), ("dnc_b4_r4_softplus", "step.usage"),
      ("dnc_b4_r4_softplus", "step.forward_weights"), ("dnc_b4_r4_softplus", "loss"),
      ("dnc_b4_r4_softplus", "grad.X"), ("dnc_b4_r4_softplus", "grad.param.lstm.b_gates"),
      ("dnc_b4_r4_softplus", "grad_full.state0.link"),
      ("dnc_b5_zero_start_f64_only", "grad.param.memory_access.read_keys.w"),
      ("dnc_b5_zero_start_f64_only", "grad_full.state0.h"),
      ("dnc_b6_paper_equations_r2", "step.interface_raw"),
      ("dnc_b6_paper_equations_r2", "grad_full.memory0"),
      ("dnc_b1_components", "allocation.all_zero.out.allocation"),
      ("dnc_b1_components", "usage.ordinary.grad_full.write_weights"),
      ("dnc_b1_components", "directional.grad.link"),
    ])
  func changedNumberFails(_ recording: String, _ name: String) throws {
    let report = try verifyGolden(recording, changing: name, by: 0.02)
    let failed = report.quantities.filter { $0.verdict == .failed }.map(\.name)
    #expect(failed == [name])
  }

  @Test(
    .enabled(if: Golden.isHere, "the recordings stand in shared/golden beside the package"),
    arguments: [
      ("dnc_b1_r1_oneplus", "state0.usage"),
      ("dnc_b1_r1_oneplus", "param.memory_access.read_mode.w"),
      ("dnc_b6_paper_equations_r2", "param.read_to_out.bias"),
    ])
  func changedStartFails(_ recording: String, _ name: String) throws {
    let report = try verifyGolden(recording, changing: name, by: 0.02)
    #expect(report.failed > 0)
  }

  private func expectError(_ config: String, _ text: String) throws {
    let file = try RecordingFile(
      kind: Self.whole, source: Self.deepMind, members: "\"config\": {\(config)}",
      [("loss", [1], [0])])
    let error = #expect(throws: FileError.self) { try Verifier.verify(file.manifest) }
    let says = error?.description.contains(text) ?? false
    #expect(says)
  }

  private static let sizes = """
    "N": 2, "W": 2, "read_heads": 1, "controller_hidden": 1, "inputs": 1, "outputs": 1, "T": 1, \
    "batch": 1
    """

  @Test func severalWriteHeads() throws {
    try expectError(#""write_heads": 2"#, "several write heads")
  }

  @Test func sizesThatAreNone() throws {
    try expectError(#""write_heads": 0.5"#, "has 0.5 as 'write_heads'")
    try expectError(#""write_heads": 1e300"#, "as 'write_heads'")
  }

  @Test func missingInputs() throws {
    try expectError(#""write_heads": 1, "# + Self.sizes, "names no tensor 'X'")
  }
}
