import TapeheadCells
public import TapeheadEngine
public import TapeheadFigures
import TapeheadTasks
public import TapeheadTraining

/// Draws the figures of one run from its checkpoint and its records.
public struct RunPictures {
  /// What a picture shows, where there is a choice.
  public struct Choice: Sendable {
    /// Of the sequence that is drawn.
    public var seed: UInt64
    /// The sequence's length, a number of items where the task has items; nil for the longest trained.
    public var length: Int?
    /// A head or pair of heads; nil for the first, and for write locations for the one whose line fits best.
    public var head: Int?
    /// Of a picture of addressing or links; nil for a typical one.
    public var step: Int?

    public init(seed: UInt64 = 1, length: Int? = nil, head: Int? = nil, step: Int? = nil) {
      (self.seed, self.length, self.head, self.step) = (seed, length, head, step)
    }
  }

  public let folder: RunFolder
  public let model: TrainedModel
  let history: MetricHistory
  private let outcome: RunOutcome?
  private let taps: [String]
  private let instructionSet: InstructionSet

  /// - Parameters:
  ///   - folder: The run's.
  ///   - outcome: How it was judged; nil judges it where a picture needs that.
  ///   - instructionSet: What the model runs with.
  /// - Throws: `FileError` where the run cannot be read.
  public init(
    _ folder: RunFolder, outcome: RunOutcome? = nil, instructionSet: InstructionSet
  ) throws {
    self.folder = folder
    self.model = try TrainedModel(folder)
    self.history = try MetricHistory(
      of: folder, model.configuration.training, trained: model.sequences)
    self.outcome = outcome
    self.taps = model.program.tapNames
    self.instructionSet = instructionSet
  }

  private var task: any SequenceTask { model.configuration.task.task }

  /// The figures that fit the run's task and model.
  public var available: [RunFigure] { RunFigure.allCases.filter { obstacle(to: $0) == nil } }

  /// Why a figure does not fit the run's task and model; nil where it does.
  public func obstacle(to figure: RunFigure) -> String? {
    let label = model.configuration.model.label
    let noMemory = heads(of: .memory) == 0 ? "\(label) has no memory that could be drawn" : nil
    let name = type(of: task).name
    switch figure {
    case .learningCurve:
      return history.records.isEmpty
        ? "there is no record of its cost yet, which comes after "
          + "\(model.configuration.training.reportEvery) sequences"
        : nil
    case .memory: return noMemory
    case .allocation:
      return noMemory ?? (taps.contains("usage") ? nil : "\(label) has no slots that are freed")
    case .links: return noMemory ?? obstacleToLinks
    case .outputs:
      return task is DynamicNGrams ? "\(name) has predictions in place of outputs" : nil
    case .lengths:
      return task.lengths == nil ? "\(name) is not judged at several lengths" : nil
    case .positions:
      return task is DynamicNGrams ? nil : "\(name) measures nothing position by position"
    case .predictions:
      return task is DynamicNGrams ? nil : "\(name) has no optimal predictions to stand beside"
    case .locations:
      return task is PrioritySort ? noMemory : "\(name) has no priorities to write by"
    case .writeAddressing, .readAddressing:
      return noMemory
        ?? (stages(of: figure, head: 0).isEmpty ? "\(label) has no stages of addressing" : nil)
    }
  }

  private var obstacleToLinks: String? {
    guard case .dnc(let configuration) = model.configuration.model else {
      return "\(model.configuration.model.label) has no temporal links"
    }
    let slots = configuration.slots
    guard configuration.links == .exact, slots > Performance.mostLinkedSlots else { return nil }
    return "exact links between \(slots) slots are more than can be drawn"
  }

  /// A figure for a page, or a notice of why it cannot be drawn.
  ///
  /// - Throws: `FileError` where the run cannot be read.
  func block(_ figure: RunFigure, _ caption: Caption) throws -> Report.Block {
    do {
      return .figure(try self.figure(figure), caption)
    } catch let error as ReportingError {
      return .notice("\(error).")
    } catch let error as FigureError {
      return .notice("\(error)")
    }
  }

  /// Whether a figure can show a head; one that shows none can.
  public func hasHead(_ head: Int?, for figure: RunFigure) -> Bool {
    guard let head, let heads = heads(of: figure) else { return true }
    return (0..<heads).contains(head)
  }

  /// Checks a choice before anything is drawn.
  ///
  /// - Throws: `ReportingError` where no figure has the head; `SettingError` where the length cannot be.
  public func check(_ choice: Choice) throws {
    let heads = available.compactMap { self.heads(of: $0) }.max()
    if let head = choice.head, !(0..<(heads ?? 0)).contains(head) {
      throw noHead(head, of: heads ?? 0, "to draw")
    }
    _ = try drawnCase(choice)
  }

  private func noHead(_ head: Int, of heads: Int, _ what: String) -> ReportingError {
    ReportingError(
      "\(folder.path) has no head \(head) \(what)",
      remedy: heads == 0
        ? "leave out --head" : "choose one from 0 to \(heads - 1) with --head")
  }

  /// Draws one figure.
  ///
  /// - Throws: `ReportingError` where it does not fit or has nothing to show, `SettingError` where the choice is
  ///   outside, `FigureError` for numbers that cannot be drawn; `FileError`.
  public func figure(_ figure: RunFigure, _ choice: Choice = Choice()) throws -> any Figure {
    if let obstacle = obstacle(to: figure) {
      throw ReportingError(
        "\(folder.path) has no figure “\(figure.rawValue)”: \(obstacle)",
        remedy: "choose one of \(available.map(\.rawValue).joined(separator: ", "))")
    }
    let head = choice.head ?? 0
    guard hasHead(choice.head, for: figure) else {
      throw noHead(head, of: heads(of: figure) ?? 0, "for the figure “\(figure.rawValue)”")
    }
    switch figure {
    case .learningCurve:
      return try history.learningFigure(of: model.configuration)
    case .memory:
      let taps = Performance.memoryTaps(head: head).map(\.tap).filter(taps.contains)
      return try performance(choice, taps)
        .memoryFigure(
          head: head, which: which(head, of: heads(of: figure), "head pair"), taps: taps)
    case .allocation:
      let shown = Performance.allocationTaps(
        writeHead: min(head, count("write") - 1), readHead: min(head, count("read") - 1),
        of: count("read"))
      return try performance(choice, shown.flatMap(\.taps))
        .allocationFigure(shown, which: which(head, of: heads(of: figure), "head pair"))
    case .links:
      let links = Performance.linkTaps(head: head, among: taps)
      let performance = try performance(choice, links)
      return try performance.linksFigure(
        links, slots: slots, step: choice.step ?? performance.lastInputStep,
        which: which(head, of: heads(of: figure), "write head"))
    case .outputs:
      return try model.outputsFigure(
        of: outputCases(choice), seed: choice.seed, instructionSet: instructionSet)
    case .lengths: return try task.lengthsFigure(of: [evaluated()]) ?? notFinite(figure)
    case .positions: return try task.positionsFigure(of: [evaluated()]) ?? notFinite(figure)
    case .predictions:
      let performance = try performance(choice, [])
      guard let task = performance.task as? DynamicNGrams else { return try unreachable(figure) }
      return try performance.predictionsFigure(task, model: model.configuration.modelTitle)
    case .locations:
      return try locationsFigure(choice)
    case .writeAddressing, .readAddressing:
      let stages = stages(of: figure, head: head)
      let performance = try performance(choice, stages.map(\.tap))
      return try performance.addressingFigure(
        head: name(of: figure, head: head), stages: stages,
        step: choice.step ?? typicalStep(of: figure, in: performance))
    }
  }

  /// Of the head that was asked for, or else of the one whose line fits best: a model with several heads
  /// leaves it to training which of them writes by priority.
  private func locationsFigure(_ choice: Choice) throws -> any Figure {
    let heads = choice.head.map { [$0] } ?? Array(0..<count("write"))
    let performance = try performance(choice, heads.map { "write head \($0)/weighting" })
    guard let task = performance.task as? PrioritySort else { return try unreachable(.locations) }
    let isChosenHere = choice.head == nil && heads.count > 1
    let drawn = try heads.map { head in
      try performance.locationsFigure(
        task, head: head,
        which: which(head, of: count("write"), "write head")
          + (isChosenHere ? ", which fits best" : ""))
    }
    return try drawn.max { $0.explained < $1.explained } ?? unreachable(.locations)
  }

  private func notFinite(_ figure: RunFigure) throws -> any Figure {
    throw ReportingError(
      "\(folder.path) has no finite cost for the figure “\(figure.rawValue)”",
      remedy: "train the run anew, with a smaller learning rate")
  }

  private func unreachable(_ figure: RunFigure) throws -> any Figure {
    preconditionFailure("\(figure.rawValue) was found to fit the task")
  }

  private func evaluated() throws -> EvaluatedModel {
    let configuration = model.configuration
    let cases =
      try outcome?.cases ?? RunOutcome.cases(of: model, instructionSet: instructionSet)
    return EvaluatedModel(
      name: configuration.modelTitle, colour: configuration.colour, runs: [cases],
      paper: configuration.hasPaperTask ? configuration.paperModel : nil)
  }

  /// Between how many heads a figure lets choose, or pairs of them; nil where it shows none.
  private func heads(of figure: RunFigure) -> Int? {
    switch figure {
    case .learningCurve, .outputs, .lengths, .positions, .predictions: nil
    case .memory, .allocation: max(count("read"), count("write"))
    case .links, .locations, .writeAddressing: count("write")
    case .readAddressing: count("read")
    }
  }

  /// How many heads of a kind have weightings to be drawn.
  private func count(_ kind: String) -> Int {
    (0...).first { !taps.contains("\(kind) head \($0)/weighting") } ?? 0
  }

  /// Which of several heads, for a title; nothing where there is one.
  private func which(_ head: Int, of heads: Int?, _ kind: String) -> String {
    guard let heads, heads > 1 else { return "" }
    return ", \(kind) \(head) of 0–\(heads - 1)"
  }

  private var slots: Int {
    guard case .dnc(let configuration) = model.configuration.model else { return 0 }
    return configuration.slots
  }

  private func name(of figure: RunFigure, head: Int) -> String {
    figure == .writeAddressing ? "write head \(head)" : "read head \(head)"
  }

  private func stages(of figure: RunFigure, head: Int) -> [(tap: String, name: String)] {
    Performance.addressingTaps(head: name(of: figure, head: head), among: taps)
  }

  /// Writing in the middle of the input, reading at the first answer.
  private func typicalStep(of figure: RunFigure, in performance: Performance) -> Int {
    let first = performance.answerSteps.first ?? 0
    guard first > 0 else { return performance.steps / 2 }
    return figure == .writeAddressing ? first / 2 : first
  }

  private func performance(_ choice: Choice, _ taps: [String]) throws -> Performance {
    try Performance(
      of: model, on: drawnCase(choice), seed: choice.seed, taps: taps,
      instructionSet: instructionSet)
  }

  private func drawnCase(_ choice: Choice) throws -> EvaluationCase {
    guard let length = choice.length else { return task.typicalCase }
    return try blaming("--length", "\(length)") { () throws(SettingError) in
      try task.evaluationCase(length: length)
    }
  }

  /// The task's own suite without mixed lengths, or the one length that was asked for.
  private func outputCases(_ choice: Choice) throws -> [EvaluationCase] {
    guard choice.length == nil else { return [try drawnCase(choice)] }
    let cases = task.evaluationCases.filter { !$0.parameters.isEmpty }
    return cases.isEmpty ? [task.typicalCase] : cases
  }
}
