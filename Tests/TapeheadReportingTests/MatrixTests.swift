import TapeheadCells
import TapeheadEngine
import TapeheadFigures
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

@Suite("The reproduction")
struct MatrixTests {
  private func trained(
    _ folder: TemporaryFolder,
    tasks: [any SequenceTask.Type] = [Copy.self, DynamicNGrams.self],
    models: [PaperSetting.Model] = [.feedForwardNTM, .recurrentNTM, .lstm],
    seeds: [UInt64] = [1, 2]
  ) -> (Matrix, [JobResult]) {
    let matrix = Matrix(
      tasks: tasks, models: models, seeds: seeds, sequences: 40, in: folder.path
    ) { configuration in
      let task = type(of: configuration.task.task)
      // Copy stays the paper's, so that it is compared with its curves.
      if task.name != Copy.name { configuration.task = TaskConfiguration(task.small) }
      configuration.seed = 5
      Tiny.shrink(&configuration)
    }
    let scheduler = Scheduler(
      matrix.jobs, stages: [20], workers: 2, instructionSet: .fastest, now: { 0 })
    let statuses = scheduler.run { _ in }
    let results = zip(matrix.jobs, statuses).map {
      JobResult(of: $0, status: $1, instructionSet: .fastest)
    }
    return (matrix, results)
  }

  @Test("every entry is trained as chosen for its task and network, on the paper's sequences")
  func training() {
    let matrix = Matrix(
      tasks: Matrix.tasks, models: PaperSetting.Model.allCases, seeds: [1], in: "somewhere")
    #expect(matrix.jobs.count == 20)
    for (entry, job) in zip(matrix.entries, matrix.jobs) {
      var chosen = TrainingConfiguration.chosen(
        for: entry.task, model: job.configuration.model.kind,
        controller: entry.model == .feedForwardNTM ? .feedforward : .lstm)
      if let setting = entry.setting { chosen.sequences = setting.sequences }
      #expect(job.configuration.training == chosen, "\(job.name)")
      #expect(job.configuration.model.label.hasPrefix(entry.model.rawValue))
      #expect((entry.setting == nil) == (entry.model == .dnc))
    }
  }

  @Test("every table has its lines, and the report is a sound page")
  func report() throws {
    let folder = try TemporaryFolder()
    let (matrix, results) = trained(folder)
    #expect(results.filter { !$0.isDone }.map(\.job.name) == [])
    #expect(matrix.outcomes(results).rows.count == 12)
    #expect(matrix.curves(results).rows.count == 12 * 4)
    #expect(matrix.evaluation(results).rows.count == 2 * 3 * (5 * 3 + 5))
    let (page, damage) = try matrix.report(
      results, command: "tapehead reproduce", instructionSet: .fastest)
    #expect(damage.isEmpty)
    let fault = faultInXML(page.html.replacing("<!DOCTYPE html>\n", with: ""))
    #expect(fault == nil)
    #expect(page.html.contains("Copy, LSTM: the median seed did not reach"))
    #expect(matrix.jobs.map(\.configuration.seed) == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
    // The other task is not the paper's, and is not compared with it.
    #expect(Set(matrix.marks(results).rows.map { $0[0] }) == ["copy"])
    #expect(
      page.html.contains(
        "Not compared, for the paper's curve is of other settings of the task: Dynamic n-grams with"
      ))
    let figure = try #require(try matrix.curvesFigure(of: DynamicNGrams.self, results))
    #expect(!figure.svg().contains(", paper"))
  }

  @Test("what earlier commands left in the folder stands in the tables of a later one")
  func joined() throws {
    let folder = try TemporaryFolder()
    let (_, all) = trained(folder)
    let (matrix, results) = trained(folder, tasks: [Copy.self], models: [.lstm], seeds: [2])
    #expect(matrix.outcomes(results).rows.count == 1)
    let (whole, joined) = try matrix.joined(
      with: results, in: folder.path, instructionSet: .fastest)
    #expect(whole.seeds == [1, 2])
    #expect(joined.count == 12)
    #expect(joined.filter { !$0.isDone }.map(\.job.name) == [])
    #expect(Set(joined.map(\.job.name)) == Set(all.map(\.job.name)))
    let name = "dynamic-n-grams-ntm-lstm-seed1"
    let (earlier, later) = (
      all.first { $0.job.name == name }, joined.first { $0.job.name == name }
    )
    #expect(earlier?.outcome == later?.outcome)
    #expect(earlier?.history == later?.history)
  }

  @Test(
    "a run with a damaged checkpoint has no pictures, one with damaged records fails, the page stands"
  )
  func damaged() throws {
    let folder = try TemporaryFolder()
    let (matrix, _) = trained(folder)
    let place = matrix.jobs[0].folder
    let checkpoint = try FileSystem.content(of: "\(place)/checkpoint.safetensors")
    try AtomicFile.write(
      Array(checkpoint.prefix(checkpoint.count / 2)), to: "\(place)/checkpoint.safetensors")
    let (_, results) = trained(folder)
    let (page, damage) = try matrix.report(results, command: "", instructionSet: .fastest)
    #expect(damage.map(\.file) == ["\(place)/checkpoint.safetensors"])
    #expect(page.html.contains("copy-ntm-feedforward-seed1 has no pictures: "))
    let metrics = try FileSystem.content(of: "\(place)/metrics.jsonl")
    try AtomicFile.write(
      Array(metrics.prefix(metrics.count / 2)), to: "\(place)/metrics.jsonl")
    let (_, cut) = trained(folder)
    #expect(cut.filter { $0.failure != nil }.map(\.job.name) == ["copy-ntm-feedforward-seed1"])
    #expect(cut[0].failure?.contains("has no record of the sequences after 20") == true)
  }

  @Test("curves are drawn with the paper's, every model in one colour")
  func curves() throws {
    let folder = try TemporaryFolder()
    let (matrix, results) = trained(folder)
    let figure = try #require(try matrix.curvesFigure(of: Copy.self, results))
    let svg = figure.svg()
    for name in ["NTM, feed-forward", "NTM, LSTM", "LSTM"] {
      #expect(svg.contains("\(name), ours"))
      #expect(svg.contains("\(name), paper"))
    }
    let none = try matrix.curvesFigure(of: PrioritySort.self, results)
    #expect(none == nil)
  }

  @Test("a run's page is sound and says what the run is")
  func runReport() throws {
    let folder = try TemporaryFolder()
    let pictures = try Tiny.pictures(of: Tiny.configuration(), in: folder)
    let page = try RunReport.page(of: [pictures.folder], instructionSet: .fastest)
    let fault = faultInXML(page.html.replacing("<!DOCTYPE html>\n", with: ""))
    #expect(fault == nil)
    #expect(page.html.contains("model.conventions.memory.initial"))
    #expect(page.sections.map(\.title) == ["run"])
  }

  @Test("a page of several runs compares those of one task before it shows each")
  func severalRuns() throws {
    let folder = try TemporaryFolder()
    let tasks: [any SequenceTask] = [AssociativeRecall.small, AssociativeRecall.small, Copy.small]
    let runs = try tasks.enumerated().map { index, task in
      var configuration = Tiny.configuration(task)
      configuration.seed = UInt64(index + 1)
      let run = try RunFolder(creating: folder.file("run\(index)"))
      let training = try TrainingRun(
        starting: configuration, in: run, threads: 1, instructionSet: .fastest, now: { 0 })
      _ = try training.train { _ in }
      return run
    }
    let page = try RunReport.page(of: runs, instructionSet: .fastest)
    let fault = faultInXML(page.html.replacing("<!DOCTYPE html>\n", with: ""))
    #expect(fault == nil)
    #expect(page.sections.map(\.title) == ["All runs", "run0", "run1", "run2"])
    #expect(page.html.contains("Associative recall: learning curves"))
    #expect(page.html.contains("Runs run0, run1, seeds 1, 2."))
    // One run alone has nothing to be compared with.
    #expect(!page.html.contains("Copy: learning curves"))
  }

  @Test("where we fall short names ends that are missed and tasks that were lost again")
  func shortfalls() throws {
    let folder = try TemporaryFolder()
    let matrix = Matrix(
      tasks: [RepeatCopy.self], models: [.recurrentNTM], seeds: [1], sequences: 40, in: folder.path
    ) { Tiny.shrink(&$0) }
    func page() throws -> String {
      let statuses = Scheduler(
        matrix.jobs, stages: [40], workers: 1, instructionSet: .fastest, now: { 0 }
      ).run { _ in }
      let results = zip(matrix.jobs, statuses).map {
        JobResult(of: $0, status: $1, instructionSet: .fastest)
      }
      return try matrix.report(results, command: "", instructionSet: .fastest).page.html
    }
    func note<Note: Codable>(_ name: String, change: (inout Note) -> Void) throws {
      let path = "\(matrix.jobs[0].folder)/\(name).json"
      var note = try JSONParser.parse(FileSystem.content(of: path)).decode(Note.self)
      change(&note)
      try AtomicFile.write(Array(JSONValue(encoding: note).pretty.utf8), to: path)
    }
    let untrained = try page()
    #expect(untrained.contains("at length 20 × 10, where the paper shows a network that copies on"))
    #expect(!untrained.contains("finds the end in"))
    #expect(!untrained.contains("that had solved the task"))
    try note("progress") { (progress: inout RunProgress) in progress.solvedAfter = 20 }
    try note("outcome") { (outcome: inout RunOutcome) in
      (outcome.progress.solvedAfter, outcome.finalBits) = (20, 12)
      for index in outcome.cases.indices {
        outcome.cases[index].wrongBits = 1
        outcome.cases[index].measures[0].value = 0.38
      }
    }
    let changed = try page()
    #expect(!changed.contains("where the paper shows a network that copies on"))
    #expect(changed.contains("finds the end in 0.38 of the sequences at length 20 × 10, where"))
    #expect(!changed.contains("of the sequences at length 10 × 20, where"))
    #expect(
      changed.contains("1 of 1 seeds that had solved the task cost 12 bits in the last record"))
  }

  @Test("medians are taken over all seeds, what is infinite counts as the greatest")
  func spreads() throws {
    let spread = try #require(Spread([3, .infinity, 1]))
    #expect(spread.low == 1)
    #expect(spread.median == 3)
    #expect(spread.high == .infinity)
    #expect(Spread([]) == nil)
  }

  @Test("a cost is reached where a whole stretch around a record has it, not where one record has")
  func reached() {
    let history = MetricHistory(
      [9, 1, 9, 3, 3, 3, 3, 3, 3, 1].enumerated().map {
        .init(sequences: 10 * ($0 + 1), bits: $1, wrongBits: 0)
      })
    // A stretch of 40 around 50 holds the records at 40, 50, 60 and 70.
    #expect(history.sequences(toReach: 3, overSequences: 40) == 50)
    #expect(history.sequences(toReach: 3, overSequences: 10) == 20)
    // Around 10 there are 20 and 30 and nothing before; the last whole stretch is around 80.
    #expect(history.sequences(toReach: 19.0 / 3, overSequences: 40) == 10)
    #expect(history.sequences(toReach: 2.5, overSequences: 40) == 80)
    #expect(history.sequences(toReach: 2.4, overSequences: 40) == nil)
    #expect(MetricHistory([]).sequences(toReach: 1, overSequences: 40) == nil)
  }

  @Test("records are averaged in bins of one size")
  func bins() {
    let history = MetricHistory(
      (1...5).map { .init(sequences: 10 * $0, bits: Double($0), wrongBits: 0) })
    let binned = history.averaged(overSequences: 15).records
    #expect(binned.map(\.sequences) == [20, 40, 50])
    #expect(binned.map(\.bits) == [1.5, 3.5, 5])
  }
}
