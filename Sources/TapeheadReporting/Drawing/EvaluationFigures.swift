import TapeheadFigures
import TapeheadTasks

/// What the task's own evaluation gave for the runs of one model, to be drawn.
struct EvaluatedModel {
  /// In the legend.
  var name: String
  var colour: Int
  /// For each run its cases.
  var runs: [[RunOutcome.Case]]
  /// Whose numbers stand beside ours; nil where they cannot be compared.
  var paper: PaperSetting.Model?
}

extension SequenceTask {
  /// The cases of the evaluation by the one number in which they differ, such as the length.
  ///
  /// Nil where they differ in more, or are too few for a curve.
  var lengths: (name: String, cases: [(label: String, value: Int)])? {
    let cases = evaluationCases
    guard let name = cases.first?.parameters.first?.name, cases.count > 2,
      cases.allSatisfy({ $0.parameters.count == 1 && $0.parameters[0].name == name })
    else { return nil }
    return (name, cases.map { ($0.label, $0.parameters[0].value) })
  }

  /// The cost against the length or the number of items, far beyond what was trained on (NTM,
  /// figure 11).
  ///
  /// - Returns: Nil for a task that is not judged at several lengths, and where no run has a finite cost.
  /// - Throws: `FigureError` for data that cannot be drawn.
  func lengthsFigure(
    of models: [EvaluatedModel], width: FigureWidth = .column
  ) throws -> Curves? {
    guard let (name, cases) = lengths else { return nil }
    let places = cases.map { Double($0.value) }
    let curves = try models.flatMap { model -> [Curve] in
      let seeds = model.runs.map { run in
        cases.map { one in run.first { $0.label == one.label }?.bits ?? .nan }
      }
      let paper = cases.compactMap { one -> Curve.Point? in
        guard let setting = model.paper,
          let bits = PaperResults.bits(setting, on: Self.name, case: one.label)
        else { return nil }
        return Curve.Point(x: Double(one.value), y: bits)
      }
      let ours = try Curve.median(model.name, x: places, seeds: seeds, colour: model.colour)
      guard !paper.isEmpty else { return [ours] }
      return [
        ours, Curve("\(model.name), paper", points: paper, mark: .rings, colour: model.colour),
      ]
    }
    guard curves.contains(where: \.hasFinitePoint) else { return nil }
    let trained = evaluationCases.filter { $0.task.longestSequence <= longestSequence }
      .compactMap { $0.parameters.first?.value }.max()
    return try Curves(
      title: "\(Self.title): cost by \(name)"
        + (trained.map { ", trained up to \($0)" } ?? ""),
      summary: "Cost in bits per sequence against \(name), at values never trained on too.",
      x: Axis(name, range: 0...(places.max() ?? 1)),
      y: Axis("cost", unit: "bits per sequence", spacing: .logarithmic), curves: curves,
      width: width)
  }

  /// What each step costs above the optimum, along the sequence.
  ///
  /// - Returns: Nil for a task that measures nothing step by step, and where no run has a finite cost.
  /// - Throws: `FigureError` for data that cannot be drawn.
  func positionsFigure(
    of models: [EvaluatedModel], width: FigureWidth = .column
  ) throws -> Curves? {
    func values(_ run: [RunOutcome.Case]) -> [Double] {
      run.first?.positions?.first?.values.map { $0 ?? .nan } ?? []
    }
    let steps = models.flatMap(\.runs).map { values($0).count }.max() ?? 0
    guard steps > 0 else { return nil }
    let size = max(1, steps / PositionBins.count)
    let starts = Array(stride(from: 0, to: steps, by: size))
    let curves = try models.map { model in
      let seeds = model.runs.map { run in
        let all = values(run)
        return starts.map { start in
          guard start < all.count else { return Double.nan }
          let part = all[start..<min(start + size, all.count)]
          return part.reduce(0, +) / Double(part.count)
        }
      }
      let places = starts.map { Double($0) + Double(min(size, steps - $0) - 1) / 2 }
      return try Curve.median(model.name, x: places, seeds: seeds, colour: model.colour)
    }
    guard curves.contains(where: \.hasFinitePoint) else { return nil }
    return try Curves(
      title: "\(Self.title): cost above the optimum, bit by bit",
      summary: "Bits above the optimal estimator at each position, in means of \(size) "
        + "neighbouring positions.",
      x: Axis("position"), y: Axis("cost above the optimum", unit: "bits"), curves: curves,
      width: width)
  }
}

extension Curve {
  fileprivate var hasFinitePoint: Bool { points.contains { $0.x.isFinite && $0.y.isFinite } }
}

/// Steps are drawn in means of neighbouring ones, because single ones differ by chance.
private enum PositionBins {
  static let count = 40
}
