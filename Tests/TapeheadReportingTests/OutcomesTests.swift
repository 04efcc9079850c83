import TapeheadFigures
import TapeheadReporting
import TapeheadTraining
import TestSupport
import Testing

@Suite("Outcomes of sweeps")
struct OutcomesTests {
  private static let columns = [
    "seed", "state", "solved", "sequences_to_solve", "seconds_to_solve", "sequences", "seconds",
    "final_bits", "final_wrong_bits", "late_spikes", "wrong_bits short", "wrong_bits long",
    "failure",
  ]

  /// A run that is done after 900 sequences, by default without having solved the task.
  private func row(
    _ seed: Int, state: String = "finished", solved: Int? = nil, spikes: Int = 0, long: String = "3"
  ) -> [String] {
    [
      "\(seed)", state, solved == nil ? "no" : "yes", solved.map(String.init) ?? "", "", "900", "1",
      "0.5", "0.1", "\(spikes)", "0", long, "",
    ]
  }

  private func table(settings: [String] = [], _ rows: [[String]]) -> CommaTable {
    var table = CommaTable(columns: settings + Self.columns)
    for row in rows { table.append(row) }
    return table
  }

  @Test("a summary counts what is done, and whoever did not solve the task as later than all")
  func summary() throws {
    let outcomes = try Outcomes(
      table(
        settings: ["batch"],
        [
          ["1"] + row(1, solved: 300, spikes: 2, long: "0"), ["1"] + row(2, solved: 100),
          ["1"] + row(3, state: "not finite", long: "5"), ["2"] + row(1),
          ["2"] + row(2, state: "unfinished", long: "0"), ["2"] + row(3, state: "failed"),
        ]))
    let rows = outcomes.summary.rows
    #expect(
      rows == [
        ["1", "3", "2", "0.667", "300", "never", "1", "14.3", "1", "3", "1"],
        ["2", "1", "0", "0", "never", "never", "0", "", "0", "3", "0"],
      ])
  }

  @Test("figures show the runs that are done, up to the longest of them")
  func figures() throws {
    let outcomes = try Outcomes(
      table(
        settings: ["batch"],
        [
          ["1"] + row(1, solved: 300), ["1"] + row(2), ["2"] + row(1, state: "unfinished"),
        ]))
    let times = try #require(try outcomes.solvingTimes(of: "sums")).svg()
    #expect(times.contains("sums: sequences to solve it"))
    #expect(times.contains("batch=1 (1 of 2)"))
    #expect(!times.contains("batch=2"))
    let survival = try #require(try outcomes.survivalCurves(of: "sums")).svg()
    #expect(survival.contains("sums: seeds that solved it"))
    #expect(survival.contains("batch=1 (1 of 2)"))
  }

  @Test("merged tables have the columns of all, and a group is called by what it sets")
  func merges() throws {
    let plain = try Outcomes(table([row(1, solved: 200)]))
    let rates = try Outcomes(
      table(settings: ["rate"], [["1e-3"] + row(1), ["{\"a\":{\"b\":1}}"] + row(1)]))
    let merged = try Outcomes(merging: [("plain", plain), ("rates", rates)])
    #expect(merged.table.columns == ["sweep", "rate"] + Self.columns)
    #expect(
      merged.table.rows.map { Array($0.prefix(3)) } == [
        ["plain", "", "1"], ["rates", "1e-3", "1"], ["rates", "{\"a\":{\"b\":1}}", "1"],
      ])
    #expect(merged.table.rows[0].suffix(13) == row(1, solved: 200)[...])
    let drawing = try #require(try merged.solvingTimes(of: "t")).svg()
    for title in ["plain (1 of 1)", "rate=1e-3 (0 of 1)", "a.b=1 (0 of 1)"] {
      #expect(drawing.contains(title))
    }
    // What was merged keeps its names, and what two sweeps tried is told apart by theirs.
    let again = try Outcomes(merging: [("again", merged), ("later", rates)])
    #expect(again.table.rows.map { $0[0] } == ["plain", "rates", "rates", "later", "later"])
    let both = try #require(try again.solvingTimes(of: "t")).svg()
    #expect(both.contains("rates: rate=1e-3") && both.contains("later: rate=1e-3"))
    #expect(both.contains(">plain (1 of 1)"))
  }

  @Test(
    "tables of different evaluations leave fields empty, and the last case that is there counts")
  func differentCases() throws {
    var other = CommaTable(
      columns: Self.columns.dropLast(2) + ["wrong_bits longer", "failure"])
    var longer = row(2)
    longer[11] = "7"
    other.append(longer)
    let merged = try Outcomes(
      merging: [("a", Outcomes(table([row(1)]))), ("b", Outcomes(other))])
    #expect(merged.table.columns.suffix(3) == ["wrong_bits long", "wrong_bits longer", "failure"])
    #expect(merged.table.rows.map { Array($0.suffix(3)) } == [["3", "", ""], ["", "7", ""]])
    #expect(merged.summary.rows.map { $0[9] } == ["3", "7"])
  }

  @Test("one run given twice is refused")
  func refusesTwice() throws {
    let outcomes = try Outcomes(table([row(1), row(2)]))
    let error = #expect(throws: ReportingError.self) {
      try Outcomes(merging: [("a", outcomes), ("a", outcomes)])
    }
    #expect(error?.problem == "seed 1 of a stands there twice")
  }

  @Test("a sweep's folder, its table alone, and a copy under another name are read")
  func reads() throws {
    let folder = try TemporaryFolder()
    let table = table(settings: ["rate"], [["1,5"] + row(1), ["say \"x\""] + row(2)])
    try OwnFile.write(table, to: folder.file("swept/outcomes.csv"))
    try OwnFile.write(table, to: folder.file("rates.csv"))
    for name in ["swept", "swept/outcomes.csv", "rates.csv"] {
      #expect(try Outcomes(at: folder.file(name)).table == table)
    }
    #expect(
      ["a/swept", "a/swept/", "a/swept/outcomes.csv", "a/rates.csv", "outcomes.csv"].map(
        Outcomes.name(of:)) == ["swept", "swept", "swept", "rates", "outcomes"])
  }

  @Test(
    "what is no such table is refused",
    arguments: [
      ("", "is empty"), ("a,b\n1,2\n", "is no table of a sweep's outcomes"),
      ("a,b\n1\n", "has 1 fields in row 1 where its heading has 2"),
      ("a,\"b\n", "has a quote without an end"),
    ])
  func refuses(text: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "t.csv")
    let error = #expect(throws: FileError.self) { try Outcomes(at: path) }
    #expect(error?.problem == problem)
  }

  @Test("a number that is none is refused, with its column and run")
  func refusesNumbers() throws {
    var wrong = row(7)
    wrong[9] = "many"
    let error = #expect(throws: ReportingError.self) { try Outcomes(table([row(1), wrong])) }
    #expect(error?.problem == "late_spikes of the run with seed 7 is “many”")
  }

  @Test(
    "a table reads back as it was written",
    arguments: ["plain", "", "a,b", "\"", "\"\"", "say \"x\", he said", "two\nlines", "\",\""])
  func roundTrip(field: String) throws {
    var table = CommaTable(columns: ["a", "b"])
    table.append([field, "1"])
    table.append(["2", field])
    #expect(try CommaTable(parsing: table.text) == table)
    // Line ends of other systems, and no end behind the last line.
    guard !field.contains("\n") else { return }
    let other = table.text.dropLast().split(separator: "\n").joined(separator: "\r\n")
    #expect(try CommaTable(parsing: other) == table)
  }
}
