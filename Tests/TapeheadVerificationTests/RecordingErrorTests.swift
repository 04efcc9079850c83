import Foundation
import TapeheadTraining
import TapeheadVerification
import Testing

/// What a person can give that cannot be verified: one sentence each.
struct RecordingErrorTests {
  private let tensors = madeShift(taps: 3, slots: 4, sequences: 2)

  private func file() throws -> RecordingFile {
    try RecordingFile(kind: "C: pieces", source: MadeRecordingTests.pytorch, tensors)
  }

  private func expectError(_ file: RecordingFile, _ words: String) {
    let error = #expect(throws: FileError.self) { try Verifier.verify(file.manifest) }
    let sentence = error?.description ?? ""
    #expect(sentence.contains(words), "\(sentence)")
    #expect(!sentence.contains("\n"))
  }

  @Test func missingManifest() throws {
    let file = try file()
    try FileManager.default.removeItem(atPath: file.manifest)
    expectError(file, "there is no such file")
  }

  @Test(arguments: [
    ("{", "is no JSON"), ("[]", "lacks one of case, kind, file and tensors"),
    (#"{"case": "a", "kind": "A: b", "file": "c"}"#, "lacks one of"),
  ])
  func noManifest(_ text: String, _ words: String) throws {
    let file = try file()
    try file.write(text)
    expectError(file, words)
  }

  @Test func missingTensors() throws {
    let file = try file()
    try FileManager.default.removeItem(atPath: file.content)
    expectError(file, "made.safetensors cannot be read because there is no such file")
  }

  @Test func damagedTensors() throws {
    let file = try file()
    let bytes = try Data(contentsOf: URL(filePath: file.content))
    try bytes.dropLast(8).write(to: URL(filePath: file.content))
    expectError(file, "made.safetensors has")
  }

  @Test func tensorThatTheFileLacks() throws {
    let file = try file()
    try file.writeTensors(tensors.dropLast())
    expectError(file, "lacks the tensor 'shift.made.grad.s'")
  }

  @Test func tensorThatTheManifestLacks() throws {
    let file = try file()
    try file.writeManifest(tensors.dropLast())
    expectError(file, "has a tensor 'shift.made.grad.s' that its manifest does not name")
  }

  @Test func shapeAgainstTheManifest() throws {
    let file = try file()
    var other = tensors
    other[1].shape = [3, 2]
    try file.writeTensors(other)
    expectError(file, "has 'shift.made.in.s' as F64 [3, 2] against its manifest")
  }

  @Test func shapeThatDoesNotFit() throws {
    var other = tensors
    other[0] = ("shift.made.in.w", [4, 2], other[0].values)
    let file = try RecordingFile(kind: "C: pieces", source: MadeRecordingTests.pytorch, other)
    expectError(file, "'shift.made.in.s' as [2, 3] where [4, …] belongs")
  }

  @Test func tensorThatTheKindNeeds() throws {
    let whole = MadeRecordingTests.narrowTensors.filter { $0.name != "step.memory" }
    let file = try RecordingFile(
      kind: MadeRecordingTests.kindA, source: MadeRecordingTests.pytorch, whole)
    expectError(file, "names no tensor 'step.memory'")
  }

  @Test func parameterThatDoesNotFit() throws {
    var whole = MadeRecordingTests.narrowTensors
    let index = try #require(whole.firstIndex { $0.name == "param.ntm.fc.bias" })
    whole[index].shape = [1, 3]
    let file = try RecordingFile(
      kind: MadeRecordingTests.kindA, source: MadeRecordingTests.pytorch, whole)
    expectError(file, "has 'param.ntm.fc.bias' as [1, 3] where [3] belongs")
  }

  @Test(arguments: [
    ("Z: something else", MadeRecordingTests.pytorch), ("C: pieces", "somebody/else"),
  ])
  func unknownKind(_ kind: String, _ source: String) throws {
    let file = try RecordingFile(kind: kind, source: source, tensors)
    expectError(file, "is of a kind not known yet: \"\(kind)\" from \(source)")
  }
}
