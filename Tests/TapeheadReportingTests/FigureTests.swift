import TapeheadCells
import TapeheadEngine
import TapeheadFigures
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

@Suite("The figures of a run")
struct FigureTests {
  @Test(
    "every task has the figures that fit it, each a sound document",
    arguments: [
      (Copy.name, "learning-curve memory outputs lengths write-addressing read-addressing"),
      (RepeatCopy.name, "learning-curve memory outputs write-addressing read-addressing"),
      (
        AssociativeRecall.name,
        "learning-curve memory outputs lengths write-addressing read-addressing"
      ),
      (
        DynamicNGrams.name,
        "learning-curve memory predictions positions write-addressing read-addressing"
      ),
      (
        PrioritySort.name,
        "learning-curve memory outputs locations write-addressing read-addressing"
      ),
      (
        AllocationCopy.name,
        "learning-curve memory outputs lengths write-addressing read-addressing"
      ),
    ])
  func draws(task name: String, figures: String) throws {
    let folder = try TemporaryFolder()
    let task = try TaskCatalogue.task(named: name).small
    let pictures = try Tiny.pictures(of: Tiny.configuration(task), in: folder)
    let available = pictures.available.map(\.rawValue).joined(separator: " ")
    #expect(available == figures)
    for figure in pictures.available {
      let fault = faultInXML(try pictures.figure(figure).svg())
      #expect(fault == nil, "\(figure)")
    }
  }

  @Test(
    "a DNC has two more: how slots are taken and freed, and the links between them",
    arguments: Links.Kind.allCases)
  func drawsDNC(links: Links.Kind) throws {
    let folder = try TemporaryFolder()
    var configuration = Tiny.configuration(AllocationCopy.small, model: .dnc)
    if case .dnc(var dnc) = configuration.model {
      (dnc.links, dnc.linkEntries) = (links, 3)
      configuration.model = .dnc(dnc)
    }
    let pictures = try Tiny.pictures(of: configuration, in: folder)
    #expect(
      pictures.available.map(\.rawValue).joined(separator: " ")
        == "learning-curve memory allocation links outputs lengths write-addressing read-addressing"
    )
    for figure in pictures.available {
      let fault = faultInXML(try pictures.figure(figure).svg())
      #expect(fault == nil, "\(figure)")
    }
    let strips = try #require(try pictures.figure(.allocation, .init(head: 1)) as? Strips)
    #expect(
      strips.title == "Allocation copy, 3 × 2 vectors, head pair 1 of 0–1: slots taken and freed")
    #expect(
      strips.summary.hasPrefix(
        "Over 15 time steps, from the top: input, write weighting, read weighting, write gate, "
          + "allocation gate, free gates, usage."))
    let map = try #require(try pictures.figure(.links, .init(step: 4)) as? HeatMap)
    #expect(map.title == "Allocation copy: links after step 4")
    let refused: [(RunFigure, RunPictures.Choice, String)] = [
      (.links, .init(head: 1), "choose one from 0 to 0 with --head"),
      (.writeAddressing, .init(head: 1), "choose one from 0 to 0 with --head"),
      (.allocation, .init(head: 2), "choose one from 0 to 1 with --head"),
      (.links, .init(step: 15), "choose one from 0 to 14 with --step"),
    ]
    for (figure, choice, sentence) in refused {
      let error = try #require(throws: ReportingError.self) { try pictures.figure(figure, choice) }
      #expect(error.description.contains(sentence))
    }
  }

  @Test("links are as the writes that made them", arguments: Links.Kind.allCases)
  func linksMatchWrites(kind: Links.Kind) throws {
    let folder = try TemporaryFolder()
    var configuration = Tiny.configuration(AllocationCopy.small, model: .dnc)
    if case .dnc(var dnc) = configuration.model {
      (dnc.slots, dnc.links, dnc.linkEntries) = (6, kind, 6)
      configuration.model = .dnc(dnc)
    }
    let pictures = try Tiny.pictures(of: configuration, in: folder)
    let evaluation = try AllocationCopy.small.evaluationCase(length: 3)
    let performance = try Performance(
      of: pictures.model, on: evaluation, seed: 1,
      taps: ["write head 0/links", "write head 0/linked slots", "write head 0/weighting"].filter {
        pictures.model.program.tapNames.contains($0)
      }, instructionSet: .fastest)
    let taps = Performance.linkTaps(head: 0, among: pictures.model.program.tapNames)
    #expect(taps.count == (kind == .exact ? 1 : 2))
    // Recomputed from the weightings alone: L and p by their recurrences.
    let weightings = (0..<3).map { step in
      performance.numbers(of: "write head 0/weighting", step: step).map(Double.init)
    }
    var links = [[Double]](repeating: .init(repeating: 0, count: 6), count: 6)
    var precedence = [Double](repeating: 0, count: 6)
    for w in weightings {
      for i in 0..<6 {
        for j in 0..<6 where i != j {
          links[i][j] = (1 - w[i] - w[j]) * links[i][j] + w[i] * precedence[j]
        }
      }
      let kept = 1 - w.reduce(0, +)
      precedence = zip(precedence, w).map { kept * $0 + $1 }
    }
    var found = [[Double]](repeating: .init(repeating: 0, count: 6), count: 6)
    for link in performance.links(taps, slots: 6, step: 2) {
      found[link.to][link.from] = link.degree
    }
    for (i, j) in (0..<6).flatMap({ i in (0..<6).map { (i, $0) } }) {
      #expect(abs(found[i][j] - links[i][j]) < 1e-5)
    }
  }

  @Test("of write locations, the head is drawn whose line fits best, where none is asked for")
  func bestHead() throws {
    let folder = try TemporaryFolder()
    var configuration = Tiny.configuration(PrioritySort.small)
    if case .ntm(var ntm) = configuration.model {
      (ntm.readHeads, ntm.writeHeads) = (3, 3)
      configuration.model = .ntm(ntm)
    }
    let pictures = try Tiny.pictures(of: configuration, in: folder)
    func locations(_ head: Int?) throws -> WriteLocations {
      try #require(try pictures.figure(.locations, .init(head: head)) as? WriteLocations)
    }
    let all = try (0..<3).map(locations)
    let best = try locations(nil)
    let fits = all.map(\.explained)
    let greatest = try #require(fits.max())
    let head = try #require(fits.firstIndex(of: greatest))
    #expect(best.explained == fits[head])
    #expect(best.title.contains("write head \(head) of 0–2, which fits best: location"))
    #expect(all[1].title.contains("write head 1 of 0–2: location"))
  }

  @Test("a model without a memory says so")
  func withoutMemory() throws {
    let folder = try TemporaryFolder()
    let pictures = try Tiny.pictures(of: Tiny.configuration(model: .lstm), in: folder)
    #expect(pictures.available == [.learningCurve, .outputs, .lengths])
    let error = try #require(throws: ReportingError.self) { try pictures.figure(.memory) }
    #expect(
      error.description
        == "\(pictures.folder.path) has no figure “memory”: lstm has no memory that could be drawn; "
        + "choose one of learning-curve, outputs, lengths")
  }

  @Test("the memory's picture is as long as the sequence, with one strip a tap")
  func memory() throws {
    let folder = try TemporaryFolder()
    let pictures = try Tiny.pictures(of: Tiny.configuration(), in: folder)
    let figure = try #require(
      try pictures.figure(.memory, .init(length: 7)) as? Strips)
    #expect(figure.title == "Copy, length 7: the memory at work")
    #expect(
      figure.summary.hasPrefix(
        "Over 15 time steps, from the top: input, output, adds, reads, write weighting, "
          + "read weighting."))
  }

  @Test("one seed draws one picture, another seed another")
  func seeds() throws {
    let folder = try TemporaryFolder()
    let pictures = try Tiny.pictures(of: Tiny.configuration(), in: folder)
    let texts = try [1, 1, 2].map { try pictures.figure(.memory, .init(seed: $0)).svg() }
    #expect(texts[0] == texts[1])
    #expect(texts[0] != texts[2])
  }

  @Test("what is not there is refused with a sentence")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let pictures = try Tiny.pictures(of: Tiny.configuration(), in: folder)
    let choices: [(RunFigure, RunPictures.Choice, String)] = [
      (
        .memory, .init(head: 1),
        "has no head 1 for the figure “memory”; choose one from 0 to 0 with --head"
      ),
      (
        .readAddressing, .init(length: 3, step: 7),
        "there is no step 7 in a sequence of 7 steps; choose one from 0 to 6 with --step"
      ),
      (.memory, .init(length: 0), "--length is 0: set it to a number from 1"),
    ]
    for (figure, choice, sentence) in choices {
      let error = #expect(throws: (any Error).self) { try pictures.figure(figure, choice) }
      #expect(error.map { "\($0)".contains(sentence) } == true)
      let head = #expect(throws: ReportingError.self) { try pictures.check(.init(head: 1)) }
      #expect(head.map { "\($0)".contains("has no head 1 to draw") } == true)
      #expect(throws: SettingError.self) { try pictures.check(.init(length: 0)) }
      try pictures.check(.init(length: 3))
    }
  }

  @Test("recall over more items stands beside the paper's numbers, where the task is the paper's")
  func lengths() throws {
    for (task, hasPaper) in [(AssociativeRecall(), true), (AssociativeRecall.small, false)] {
      let folder = try TemporaryFolder()
      let pictures = try Tiny.pictures(of: Tiny.configuration(task, sequences: 10), in: folder)
      let figure = try #require(try pictures.figure(.lengths) as? Curves)
      #expect(figure.title == "Associative recall: cost by items, trained up to 6" || !hasPaper)
      #expect(figure.svg().contains("NTM, LSTM, paper") == hasPaper)
    }
  }

  @Test("n-grams cost as much above the optimum as the evaluation says, in the mean of positions")
  func positions() throws {
    let folder = try TemporaryFolder()
    let pictures = try Tiny.pictures(
      of: Tiny.configuration(DynamicNGrams.small, sequences: 10), in: folder)
    let one = try #require(
      try RunOutcome(of: pictures.folder, progress: progress, instructionSet: .fastest).cases.first)
    let gaps = try #require(one.positions?.first).values.compactMap(\.self)
    #expect(gaps.count == 50)
    #expect(one.sequences == 1_000)
    let total = try #require(one.measures.first { $0.name == "gap_bits" }?.value)
    #expect(abs(gaps.reduce(0, +) - total) < 1e-9)
  }

  private var progress: RunProgress {
    get throws {
      try JSONParser.parse(#"{"sequences": 10, "seconds": 0}"#.utf8).decode(RunProgress.self)
    }
  }

  @Test("a run that is too young for a record draws all but its learning curve, and has a page")
  func young() throws {
    let folder = try TemporaryFolder()
    var configuration = Tiny.configuration(sequences: 5)
    configuration.training.reportEvery = 10
    let pictures = try Tiny.pictures(of: configuration, in: folder)
    #expect(!pictures.available.contains(.learningCurve))
    #expect(pictures.available.contains(.memory))
    let error = try #require(throws: ReportingError.self) { try pictures.figure(.learningCurve) }
    #expect(
      error.problem.hasSuffix(
        "there is no record of its cost yet, which comes after 10 sequences"))
    let page = try RunReport.page(
      of: [pictures.folder, pictures.folder], instructionSet: .fastest)
    #expect(page.html.contains("no record of its cost yet"))
  }

  @Test(
    "a young run's n-grams lie within the axis, an old one's are shown from near",
    arguments: [(174.0, "cut off above 180"), (134.0, "cut off above 160")])
  func nGramAxis(last: Double, unit: String) throws {
    let history = MetricHistory(
      [(500, 199.0), (40_000, last)].map { .init(sequences: $0, bits: $1, wrongBits: 0) })
    let figure = try history.learningFigure(of: Tiny.configuration(DynamicNGrams())).svg()
    #expect(figure.contains(unit))
  }

  @Test("a run without a record has no learning curve yet")
  func withoutRecords() throws {
    let error = try #require(throws: ReportingError.self) {
      try MetricHistory([]).learningFigure(of: Tiny.configuration())
    }
    #expect(error.problem == "this run has no record of its cost yet")
  }

  @Test("the paper's curve stands beside ours only where the task is the paper's")
  func paperCurve() throws {
    let history = MetricHistory([.init(sequences: 500, bits: 80, wrongBits: 30)])
    let small = try history.learningFigure(of: Tiny.configuration()).svg()
    let full = try history.learningFigure(of: Tiny.configuration(Copy())).svg()
    #expect(!small.contains(", paper"))
    #expect(full.contains("NTM, LSTM, paper"))
  }

  @Test(
    "a circle of slots is cut in its widest gap, so that neighbours stay neighbours",
    arguments: [
      ([6, 7, 0, 1], [6, 7, 8, 9]), ([2, 3, 4, 5], [2, 3, 4, 5]), ([1, 0, 7, 6], [9, 8, 7, 6]),
      ([2, 3, 2, 3], [2, 3, 2, 3]), ([5, 5], [5, 5]),
    ] as [([Int], [Int])])
  func unrolls(slots: [Int], expected: [Int]) {
    let locations = unrolled(slots, circle: 8)
    #expect(locations == expected)
  }
}

@Suite("Slots that are drawn")
struct ArcTests {
  @Test(
    "the shortest stretch holds all slots that are used, over the circle's end where that is shorter",
    arguments: [
      ([3, 5], [2, 3, 4, 5, 6]), ([0, 1], [0, 1, 2]), ([11], [10, 11]),
      ([0, 10], [9, 10, 11, 0, 1]), ([1, 10, 11], [9, 10, 11, 0, 1, 2]),
      ([], Array(0..<12)), ([0, 3, 6, 9], Array(0..<11)), (Array(0..<12), Array(0..<12)),
    ] as [([Int], [Int])])
  func stretch(used: [Int], expected: [Int]) {
    let found = arc(around: used, circle: 12, margin: 1)
    #expect(found == expected)
  }
}

@Suite("Files that are drawn")
struct OwnFileTests {
  private var figure: Curves {
    get throws {
      try Curves(
        title: "a", summary: "b", x: Axis("x"), y: Axis("y"),
        curves: [Curve("c", points: [.init(x: 0, y: 1)])])
    }
  }

  @Test("replace older ones of their kind")
  func replaces() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("new/a.svg")
    try OwnFile.write(figure, named: "a", to: path)
    try OwnFile.write(figure, named: "b", to: path)
    #expect(try folder.text(of: "new/a.svg").contains("id=\"tapehead-b\""))
    var table = CommaTable(columns: ["a", "b"])
    try OwnFile.write(table, to: folder.file("t.csv"))
    table.append(["1,5", "say \"x\""])
    try OwnFile.write(table, to: folder.file("t.csv"))
    #expect(try folder.text(of: "t.csv") == "a,b\n\"1,5\",\"say \"\"x\"\"\"\n")
  }

  @Test("are not written to a pipe or a device, which has no end to read", .timeLimit(.minutes(1)))
  func devices() throws {
    let error = try #require(throws: FileError.self) {
      try OwnFile.write(figure, named: "a", to: "/dev/zero")
    }
    #expect("\(error)" == "/dev/zero is a pipe or a device; name a file with --out")
  }

  @Test("are known by the last column of a heading however long")
  func longHeading() throws {
    let folder = try TemporaryFolder()
    let table = CommaTable(columns: (0..<300).map { "column \($0)" })
    for _ in 0..<2 { try OwnFile.write(table, to: folder.file("t.csv")) }
  }

  @Test("replace nothing else")
  func spares() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("<svg/>", to: "mine.svg")
    let error = try #require(throws: FileError.self) {
      try OwnFile.write(figure, named: "a", to: path)
    }
    #expect(error.problem == "exists and was not drawn by tapehead")
    #expect(try folder.text(of: "mine.svg") == "<svg/>")
    #expect(throws: FileError.self) { try OwnFile.write(figure, named: "a", to: folder.path) }
  }
}
