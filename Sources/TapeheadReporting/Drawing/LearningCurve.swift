public import TapeheadFigures
import TapeheadTasks
public import TapeheadTraining

extension MetricHistory {
  /// The records as pictures have them: those of n-grams averaged, for the cost of one sequence varies by 36 bits.
  func drawn(of task: String) -> MetricHistory {
    task == DynamicNGrams.name ? averaged(overSequences: Self.nGramWindow) : self
  }

  static let nGramWindow = 2_500

  /// Says so, for captions; nothing for other tasks.
  static func averagingNote(for task: String) -> String {
    task == DynamicNGrams.name
      ? " Each of our points is the mean over \(grouped(nGramWindow)) sequences." : ""
  }

  /// More points than this are not told apart on a page.
  static let mostPoints = 400

  /// The cost over training, with the paper's own curve in the same axes (NTM, figures 3, 7, 10, 11,
  /// 13 and 18).
  ///
  /// - Throws: `ReportingError` where there is no record yet.
  public func learningFigure(of configuration: RunConfiguration) throws -> any Figure {
    guard !records.isEmpty else {
      throw ReportingError(
        "this run has no record of its cost yet",
        remedy: "train it for at least \(configuration.training.reportEvery) sequences")
    }
    let points = drawn(of: configuration.task.name).thinned(to: Self.mostPoints).records.map {
      Curve.Point(x: Double($0.sequences), y: $0.bits)
    }
    let label = configuration.modelTitle
    var curves = [
      Curve("\(label), seed \(configuration.seed)", points: points, colour: configuration.colour)
    ]
    if let paper = configuration.paperCurve?.comparable {
      curves.append(Curve("\(label), \(paper.title)", paper, colour: configuration.colour))
    }
    let task = type(of: configuration.task.task)
    return try Curves(
      title: "\(task.title): learning curve",
      summary: "Cost in bits per sequence against training sequences"
        + (curves.count > 1 ? ", with the curve of the NTM paper." : "."),
      x: .sequences, y: .cost(of: task, curves),
      curves: curves + Curve.optimum(of: configuration, across: curves))
  }
}

extension Curve {
  /// The points of a paper's curve.
  init(_ name: String, _ paper: PaperCurve, colour: Int) {
    self.init(
      name, points: paper.points.map { Point(x: $0.sequences, y: $0.bits) }, mark: .rings,
      colour: colour)
  }
}

extension Curve {
  /// What the best possible estimator pays on the paper's n-grams, from the first to the last point
  /// of some curves; nothing on other tasks, whose optimum is 0.
  static func optimum(of configuration: RunConfiguration, across curves: [Curve]) -> [Curve] {
    guard configuration.task.name == DynamicNGrams.name, configuration.hasPaperTask else {
      return []
    }
    let places = curves.flatMap { $0.points.map(\.x) }
    guard let first = places.min(), let last = places.max() else { return [] }
    return [
      Curve(
        "optimum on average",
        points: [first, last].map { Point(x: $0, y: PaperResults.optimum) }, mark: .reference)
    ]
  }
}

extension Axis {
  /// By decades, because our runs and the paper's differ in length by as much.
  static let sequences = Axis("training sequences", spacing: .logarithmic)

  /// By decades too, because costs fall towards 0; but those of n-grams fall towards an optimum of
  /// more than a hundred bits.
  static func cost(of task: any SequenceTask.Type, _ curves: [Curve]) -> Axis {
    let axis = Axis("cost", unit: "bits per sequence", spacing: .logarithmic)
    guard task.name == DynamicNGrams.name else { return axis }
    let costs = curves.flatMap { $0.points.map(\.y) }.filter(\.isFinite)
    guard let least = costs.min(), let greatest = costs.max() else { return axis }
    let step = 10.0
    let low = ((least / step).rounded(.up) - 1) * step
    func above(_ cost: Double) -> Double { ((cost / step).rounded(.down) + 1) * step }
    let ends = curves.compactMap { $0.points.last?.y }.filter(\.isFinite)
    let high = min(above(greatest), max(low + mostNGramBits, above(ends.max() ?? low)))
    let isCut = greatest > high
    let unit = "bits per sequence" + (isCut ? "; cut off above \(significant(high))" : "")
    return Axis(axis.label, unit: unit, range: low...high)
  }

  /// As much of the axis as the paper's figure 13 has, for gaps are of a few bits; more of it only where a curve
  /// has not come down so far.
  private static let mostNGramBits = 30.0
}
