import TapeheadTraining
import TestSupport
import Testing

struct MetricLogTests {
  private struct Record: Encodable {
    var sequences: Int
    var bits: Float
  }

  private let lines = [
    "{\"sequences\":100,\"bits\":0.1}\n", "{\"sequences\":200,\"bits\":1e-07}\n",
    "{\"sequences\":300,\"bits\":3.0}\n",
  ]

  @Test func writesOneRecordALine() throws {
    let folder = try TemporaryFolder()
    let log = MetricLog(path: folder.file("metrics.jsonl"))
    for (sequences, bits) in [(100, 0.1), (200, 1e-7), (300, 3)] as [(Int, Float)] {
      try log.append(Record(sequences: sequences, bits: bits))
    }
    try log.synchronise()
    let text = try folder.text(of: "metrics.jsonl")
    #expect(text == lines.joined())
  }

  @Test(arguments: [(0, 0), (99, 0), (100, 1), (250, 2), (300, 3), (1000, 3)])
  func dropsWhatCameAfterTheCheckpoint(sequences: Int, kept: Int) throws {
    let folder = try TemporaryFolder()
    let log = MetricLog(path: try folder.write(lines.joined(), to: "metrics.jsonl"))
    try log.truncate(after: sequences, last: 100 * kept)
    let text = try folder.text(of: "metrics.jsonl")
    #expect(text == lines[..<kept].joined())
  }

  @Test func dropsALineThatWasNeverFinished() throws {
    let folder = try TemporaryFolder()
    for count in 0..<lines[1].utf8.count {
      let torn = String(lines[1].prefix(count))
      let log = MetricLog(path: try folder.write(lines[0] + torn, to: "metrics.jsonl"))
      try log.truncate(after: 1000, last: 100)
      let text = try folder.text(of: "metrics.jsonl")
      #expect(text == lines[0], "torn after \(count) bytes")
    }
  }

  @Test func beginsWhereThereIsNoFile() throws {
    let folder = try TemporaryFolder()
    try MetricLog(path: folder.file("metrics.jsonl")).truncate(after: 100, last: 100)
    let text = try folder.text(of: "metrics.jsonl")
    #expect(text.isEmpty)
  }

  @Test func refusesAFileThatWasCutShort() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(lines[0] + lines[1], to: "metrics.jsonl")
    let error = try #require(throws: FileError.self) {
      try MetricLog(path: path).truncate(after: 350, last: 300)
    }
    let text = try folder.text(of: "metrics.jsonl")
    #expect(error.problem == "ends after 200 sequences, and the checkpoint goes on from 350")
    #expect(text == lines[0] + lines[1])
  }

  @Test func refusesALineThatIsNoRecord() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(lines[0] + "{}\n" + lines[2], to: "metrics.jsonl")
    let error = try #require(throws: FileError.self) {
      try MetricLog(path: path).truncate(after: 1000, last: 300)
    }
    let text = try folder.text(of: "metrics.jsonl")
    #expect(error.problem == "has no record of this run in line 2")
    #expect(text == lines[0] + "{}\n" + lines[2])
  }
}
