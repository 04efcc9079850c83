import TapeheadReporting
import TapeheadTraining
import TestSupport
import Testing

@Suite("Records read back")
struct MetricHistoryTests {
  private func history(_ lines: [String]) throws -> MetricHistory {
    let folder = try TemporaryFolder()
    _ = try folder.write("{}", to: "config.json")
    _ = try folder.write(lines.map { $0 + "\n" }.joined(), to: "metrics.jsonl")
    return try MetricHistory(of: RunFolder(opening: folder.path))
  }

  private func record(_ sequences: String) -> String {
    #"{"sequences":\#(sequences),"bits_per_sequence":2.5,"wrong_bits_per_sequence":1}"#
  }

  @Test("come in their order")
  func order() throws {
    let records = try history([record("10"), record("30")]).records
    #expect(records.map(\.sequences) == [10, 30])
    #expect(records.map(\.bits) == [2.5, 2.5])
  }

  @Test(
    "are refused by their line where they cannot be", arguments: ["1e300", "1.5", "10", "-1", "x"])
  func refuses(sequences: String) throws {
    let error = #expect(throws: FileError.self) { try history([record("10"), record(sequences)]) }
    #expect(error?.problem == "has no record of this run in line 2")
  }
}
