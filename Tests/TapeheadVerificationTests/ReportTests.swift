import TapeheadVerification
import Testing

/// Bounds, and what is printed.
struct ReportTests {
  private let tensors = madeShift(taps: 3, slots: 4, sequences: 2)

  private func report(
    _ tensors: RecordingFile.Tensors, members: String
  ) throws -> VerificationReport {
    let file = try RecordingFile(
      kind: "C: pieces", source: MadeRecordingTests.pytorch, members: members, tensors)
    return try Verifier.verify(file.manifest)
  }

  private func bound(_ members: String, scale: Double = 1) throws -> Double {
    var scaled = tensors
    for index in [0, 2, 5] { scaled[index].values = scaled[index].values.map { $0 * scale } }
    let report = try report(scaled, members: members)
    return try #require(report.quantities.first { $0.name == "shift.made.out" }?.bound)
  }

  private var largest: Double { tensors[2].values.map(abs).max() ?? 0 }

  @Test func boundFromTheFloat32Run() throws {
    let key = "float32_run_of_the_same_reference_max_abs_deviation"
    #expect(try bound("\"\(key)\": {\"shift.made.out\": 1e-4}") == 32 * 1e-4)
    #expect(try bound("\"\(key)\": {\"shift.made.out\": 1e-9}") == 1e-6)
    #expect(try bound("\"\(key)\": {\"other\": 1e-4}") == 1e-5 * largest)
  }

  @Test func boundFromTheLargestValue() throws {
    #expect(try bound(#""config": {}"#, scale: 1024) == 1e-5 * 1024 * largest)
    #expect(try bound(#""config": {}"#, scale: 0x1p-10) == 1e-6)
  }

  @Test func numbersOutsideOfTheBoundFail() throws {
    let close = try report(
      tensors.changing("shift.made.out", by: 0.9e-5 * largest), members: #""config": {}"#)
    #expect(close.failed == 0)
    let far = try report(
      tensors.changing("shift.made.out", by: 1.1e-5 * largest), members: #""config": {}"#)
    #expect(far.failed == 1)
  }

  @Test func whatIsNotFinite() throws {
    let infinite = try report(
      tensors.changing("shift.made.in.w", by: 1e300), members: #""config": {}"#)
    #expect(infinite.failed > 0)
    let out = try #require(infinite.quantities.first)
    #expect(out.deviation == .infinity)
    let lines = infinite.text.split(separator: "\n")
    #expect(lines[2].contains("not finite") && lines[2].hasSuffix("FAILED"))
    #expect(infinite.json.contains(#"{"name":"shift.made.out","deviation":null,"bound":"#))

    let unknown = try report(
      tensors.changing("shift.made.out", by: .nan), members: #""config": {}"#)
    #expect(unknown.notChecked == 1 && unknown.failed == 0)
  }

  @Test func textAndJSON() throws {
    let report = try report(
      tensors.changing("shift.made.out", by: 0.5), members: #""config": {}"#)
    let lines = report.text.split(separator: "\n")
    #expect(lines[0] == "made: C: pieces (loudinthecloud/pytorch-ntm)")
    #expect(lines[1] == "quantity           deviation  bound     verdict")
    #expect(lines[2].hasPrefix("shift.made.out     5.00e-01   "))
    #expect(lines[2].hasSuffix("  FAILED"))
    #expect(lines.count == 5)
    #expect(report.json.hasPrefix(#"{"case":"made","kind":"C: pieces"#))
    #expect(report.json.contains(#""passed":2,"failed":1,"not_checked":0"#))
    #expect(!report.json.contains("\n"))
  }
}
