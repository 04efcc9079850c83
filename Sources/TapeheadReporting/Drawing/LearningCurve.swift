public import TapeheadFigures
import TapeheadTasks
public import TapeheadTraining

extension MetricHistory {
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
    let points = thinned(to: Self.mostPoints).records.map {
      Curve.Point(x: Double($0.sequences), y: $0.bits)
    }
    let label = configuration.model.label
    var curves = [Curve("\(label), seed \(configuration.seed)", points: points, colour: 0)]
    if let paper = configuration.paperCurve {
      curves.append(Curve("\(label) in the paper", paper, colour: 0))
    }
    let title = type(of: configuration.task.task).title
    return try Curves(
      title: "\(title): learning curve",
      summary: "Cost in bits per sequence against training sequences"
        + (curves.count > 1 ? ", with the curve of the NTM paper." : "."),
      x: .sequences, y: .cost, curves: curves)
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

extension Axis {
  /// By decades, because our runs and the paper's differ in length by as much.
  static let sequences = Axis("training sequences", spacing: .logarithmic)
  static let cost = Axis("cost", unit: "bits per sequence", spacing: .logarithmic)
}
