import TapeheadReporting
import TapeheadTraining
import TestSupport
import Testing

@Suite("Records read back")
struct MetricHistoryTests {
  private func history(_ lines: [String], trained: Int = 0) throws -> MetricHistory {
    let folder = try TemporaryFolder()
    _ = try folder.write("{}", to: "config.json")
    _ = try folder.write(lines.map { $0 + "\n" }.joined(), to: "metrics.jsonl")
    var training = Tiny.configuration().training
    training.reportEvery = 10
    return try MetricHistory(of: RunFolder(opening: folder.path), training, trained: trained)
  }

  private func record(_ sequences: String) -> String {
    #"{"sequences":\#(sequences),"bits_per_sequence":2.5,"wrong_bits_per_sequence":1}"#
  }

  @Test("come in their order")
  func order() throws {
    let records = try history([record("10"), record("20")]).records
    #expect(records.map(\.sequences) == [10, 20])
    #expect(records.map(\.bits) == [2.5, 2.5])
  }

  @Test(
    "are refused by their line where they cannot be", arguments: ["1e300", "1.5", "10", "-1", "x"])
  func refuses(sequences: String) throws {
    let error = #expect(throws: FileError.self) { try history([record("10"), record(sequences)]) }
    #expect(error?.problem == "has no record of this run in line 2")
  }

  @Test(
    "may begin late and go on beyond the checkpoint, and what the run was trained on since has none yet"
  )
  func begunAnew() throws {
    let records = try history([record("30"), record("40")], trained: 49).records
    #expect(records.map(\.sequences) == [30, 40])
    #expect(try history([record("10"), record("20")], trained: 10).records.count == 2)
  }

  @Test(
    "are refused where one is missing in between or at the end",
    arguments: [(["10", "30"], 30, 10), (["10", "20"], 30, 20), ([], 10, 0)])
  func refusesGaps(sequences: [String], trained: Int, end: Int) throws {
    let error = #expect(throws: FileError.self) {
      try history(sequences.map(record), trained: trained)
    }
    #expect(
      error?.problem == "has no record of the sequences after \(end), which the run was trained on")
  }
}
