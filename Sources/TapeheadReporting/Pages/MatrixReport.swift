public import TapeheadEngine
public import TapeheadFigures
import TapeheadTasks
public import TapeheadTraining

extension Matrix {
  /// The page of a reproduction: for every curve ours, the paper's, and where we fall short.
  ///
  /// - Parameters:
  ///   - results: Of all jobs, in their order.
  ///   - command: What was asked for last.
  ///   - instructionSet: What the models run with.
  /// - Returns: The page, and why runs have no pictures on it.
  /// - Throws: `FigureError` for numbers that cannot be drawn.
  public func report(
    _ results: [JobResult], command: String, instructionSet: InstructionSet
  ) throws -> (page: Report, damage: [FileError]) {
    var damage: [FileError] = []
    let done = results.count(where: \.isDone)
    let failed = results.filter { $0.failure != nil || $0.outcome?.progress.failure != nil }
    var sections = [
      Report.Section(
        "How far the runs are",
        [
          .paragraph(
            "\(done) of \(results.count) runs are finished. All numbers are medians over seeds, "
              + "with the range behind them; no run that lies in the folder was left out, "
              + "whichever command trained it. The last one:"),
          .code(command), .table(try standing(results)), .table(try sizes()),
          .table(try training(results)),
        ] + failed.map { .notice("\($0.job.name) failed: \(Self.reason($0)).") }
          + differences(results)),
      Report.Section("Where we fall short", shortfalls(results)),
    ]
    for task in tasks {
      sections.append(
        try section(of: task, results, instructionSet: instructionSet, damage: &damage))
    }
    let page = Report(
      title: "Tapehead: Neural Turing Machines, reproduced",
      summary: "Our learning curves over those of Graves, Wayne & Danihelka 2014, with the paper's "
        + "sizes and our training.",
      sections: sections)
    return (page, damage)
  }

  /// Which entries have seeds with other settings than their first one: such runs are of several commands.
  private func differences(_ results: [JobResult]) -> [Report.Block] {
    entries.indices.compactMap { index in
      let settings = self.results(of: index, in: results).filter { $0.outcome != nil }.map {
        var configuration = $0.job.configuration
        (configuration.seed, configuration.training.sequences) = (0, 0)
        return configuration
      }
      return settings.contains { $0 != settings[0] }
        ? .notice("\(entries[index].name): its seeds were run with different settings.") : nil
    }
  }

  /// The tasks of the entries, each once, in the order of the catalogue.
  private var tasks: [any SequenceTask.Type] {
    Matrix.tasks.filter { task in entries.contains { $0.taskName == task.name } }
  }

  private static func reason(_ result: JobResult) -> String {
    result.outcome?.progress.failure ?? result.failure ?? ""
  }

  private func standing(_ results: [JobResult]) throws -> Table {
    let rows = entries.indices.map { index -> [String] in
      let ours = self.results(of: index, in: results)
      let outcomes = ours.compactMap(\.outcome)
      let trained = outcomes.map { Double($0.progress.sequences) }
      let paper = configuration(of: index).paperCurve?.comparable
      let reached = Spread(trained)?.median
      let isBeyond = (reached ?? 0) > (paper?.points.last?.sequences ?? .infinity)
      return [
        "\(entries[index].task.title), \(entries[index].model.title)",
        "\(ours.count(where: \.isDone)) of \(ours.count)",
        spreadText(Spread(trained), sequencesText),
        spreadText(Spread(outcomes.compactMap(\.finalBits))),
        measured(reached.flatMap { paper?.bits(after: $0) }) + (isBeyond ? ", at its end" : ""),
      ]
    }
    return try Table(
      "How far each curve came, and what the paper's cost is after as many sequences."
        + tasks.map(PaperCurve.shiftNote).joined(),
      columns: [
        .init("", .text), .init("runs finished"), .init("sequences"), .init("bits per sequence"),
        .init("bits in the paper, after as many", .paper),
      ], rows: rows)
  }

  /// The paper's sizes, and what they come to here.
  private func sizes() throws -> Table {
    let rows = try entries.indices.map { index in
      let (entry, configuration) = (entries[index], configuration(of: index))
      let setting = entry.setting
      let heads = setting?.headPairs ?? 0
      let layers = setting.map { "\($0.layers) × \($0.units)" }
      let parameters = setting.map { grouped($0.parameters) }
      let sequences = setting.map { grouped($0.sequences) }
      return [
        "\(entry.task.title), \(entry.model.title)",
        heads > 0 ? "\(heads)" : "", layers ?? "",
        grouped(try configuration.program().parameters.trainedCount),
        parameters ?? "", sequences ?? "",
      ]
    }
    return try Table(
      "Sizes, which are the paper's, and trained parameters. The paper does not say how an NTM's are "
        + "counted; those of its LSTMs come out exactly, but for sort, and for copy with "
        + "task.markers=startAndEnd.",
      columns: [
        .init("", .text), .init("pairs of heads"), .init("layers × units"), .init("parameters"),
        .init("parameters in the paper", .paper), .init("sequences in the paper", .paper),
      ], rows: rows)
  }

  /// How each entry is trained, by its first seed.
  private func training(_ results: [JobResult]) throws -> Table {
    let rows = entries.indices.map { index in
      let (entry, training) = (entries[index], configuration(of: index).training)
      let reached = median(index, results) { Double($0.progress.sequences) } ?? 0
      let rates = [0, Int(reached)].map { rateText(Double(training.optimiser.rate(after: $0))) }
      return [
        "\(entry.task.title), \(entry.model.title)", training.optimiser.kind.rawValue,
        "\(training.batch)", rates[0], rates[1],
        entry.setting.map { rateText($0.learningRate) } ?? "",
        training.quietShare > 0 ? measured(Double(training.quietShare)) : "",
      ]
    }
    return try Table(
      "How they are trained, which is ours. What else is set stands in each run's config.json.",
      columns: [
        .init("", .text), .init("optimiser", .text), .init("batch"), .init("learning rate"),
        .init("at the end"), .init("learning rate in the paper", .paper),
        .init("share of sequences with quiet stretches"),
      ], rows: rows)
  }

  /// The median over an entry's seeds; nil where none has the value.
  func median(
    _ index: Int, _ results: [JobResult], of value: (RunOutcome) -> Double?
  ) -> Double? {
    Spread(self.results(of: index, in: results).compactMap(\.outcome).compactMap(value))?.median
  }

  func isTrained(_ entry: Int, _ results: [JobResult]) -> Bool {
    self.results(of: entry, in: results).contains { $0.outcome != nil }
  }

  private func section(
    of task: any SequenceTask.Type, _ results: [JobResult], instructionSet: InstructionSet,
    damage: inout [FileError]
  ) throws -> Report.Section {
    var blocks: [Report.Block] = [
      .paragraph("\(task.summary) \(task.citation)." + PaperCurve.shiftNote(for: task))
    ]
    let own = entries.indices.filter { entries[$0].taskName == task.name }
    if let quiet = own.lazy.compactMap({ configuration(of: $0).training.quietNote }).first {
      blocks.append(.paragraph(quiet))
    }
    if let figure = try curvesFigure(of: task, results) {
      blocks.append(
        .figure(
          figure,
          Caption(
            "Lines: our median over seeds, in a band of their range" + endings(of: task, results)
              + ". Rings: the paper." + MetricHistory.averagingNote(for: task.name),
            seeds: seeds.map { Int(clamping: $0) })))
    }
    blocks += try evaluationFigures(of: own, results)
    blocks.append(.table(try marksTable(own, results)))
    for index in own {
      let outcomes = self.results(of: index, in: results).compactMap(\.outcome)
      guard let configuration = self.results(of: index, in: results).first?.job.configuration,
        !outcomes.isEmpty
      else { continue }
      blocks.append(.table(try .evaluation(outcomes, of: configuration)))
    }
    for index in own {
      guard let first = self.results(of: index, in: results).first, first.outcome != nil else {
        continue
      }
      do {
        blocks += try pictures(
          of: first, named: entries[index].model.title, instructionSet: instructionSet)
      } catch let error as FileError {
        damage.append(error)
        blocks.append(.notice("\(first.job.name) has no pictures: \(error)."))
      }
    }
    return Report.Section(task.title, blocks)
  }

  /// That lines go on with fewer seeds, where an entry's runs are of unequal lengths; to go on with.
  private func endings(of task: any SequenceTask.Type, _ results: [JobResult]) -> String {
    let isUneven = entries.indices.contains { index in
      entries[index].taskName == task.name
        && Set(self.results(of: index, in: results).map(\.history.records.last?.sequences)).count
          > 1
    }
    return isUneven ? "; where a seed's run ends, of those that went on" : ""
  }

  /// The evaluation of all models of one task, where a picture says more than a table.
  private func evaluationFigures(
    of own: [Int], _ results: [JobResult]
  ) throws -> [Report.Block] {
    var configuration: RunConfiguration?
    let models = own.compactMap { index -> EvaluatedModel? in
      let ours = self.results(of: index, in: results)
      let cases = ours.compactMap(\.outcome?.cases)
      guard !cases.isEmpty, let job = ours.first?.job else { return nil }
      configuration = job.configuration
      return EvaluatedModel(
        name: entries[index].model.title,
        colour: entries[index].model.colour, runs: cases,
        paper: job.configuration.hasPaperTask ? entries[index].model : nil)
    }
    guard let task = configuration?.task.task else { return [] }
    let figures: [(RunFigure, Curves?)] = [
      (.lengths, try task.lengthsFigure(of: models)),
      (.positions, try task.positionsFigure(of: models)),
    ]
    return figures.compactMap { kind, figure in
      figure.map {
        .figure(
          $0,
          Caption(
            "\(kind.summary) Lines: our median over seeds, in a band of their range.",
            seeds: seeds.map { Int(clamping: $0) }))
      }
    }
  }

  /// Pictures of an entry's first seed, whatever it learned: choosing would flatter.
  private func pictures(
    of result: JobResult, named model: String, instructionSet: InstructionSet
  ) throws -> [Report.Block] {
    let pictures = try RunPictures(
      RunFolder(opening: result.job.folder), outcome: result.outcome,
      instructionSet: instructionSet)
    return try pictures.available.filter { Self.shown.contains($0) }.map { figure in
      try pictures.block(
        figure,
        Caption(
          "\(model). \(figure.summary)", runs: [result.job.name],
          seeds: [Int(clamping: result.job.configuration.seed)]))
    }
  }

  private static let shown: [RunFigure] = [
    .memory, .outputs, .predictions, .locations, .writeAddressing, .readAddressing,
  ]

  private func marksTable(_ own: [Int], _ results: [JobResult]) throws -> Table {
    let rows = own.flatMap { index in
      marks(of: index, in: results).map { mark in
        [
          entries[index].model.title, measured(mark.bits), sequencesText(mark.paper),
          spreadText(Spread(mark.ours), sequencesText),
          "\(mark.ours.count(where: \.isFinite)) of \(mark.ours.count)",
          mark.ratio.map { $0.isFinite ? measured($0) : "–" } ?? "",
        ]
      }
    }
    return try Table(
      "When the paper's curve first came down to a cost, when ours did (median and range over "
        + "seeds; in the mean over the \(grouped(Mark.stretch)) sequences around, as the paper's points "
        + "seem to be), and the ratio: below 1, ours needed fewer sequences.",
      columns: [
        .init("model", .text), .init("bits per sequence"), .init("sequences in the paper", .paper),
        .init("our sequences"), .init("seeds there"), .init("ratio"),
      ], rows: rows)
  }
}
