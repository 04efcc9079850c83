public import TapeheadFigures
public import TapeheadTasks
import TapeheadTraining

extension Matrix {
  /// Our learning curves of a task, median and range over seeds, with the paper's in the same axes.
  ///
  /// - Returns: Nil where no run of the task has a record.
  /// - Throws: `FigureError` for data that cannot be drawn.
  public func curvesFigure(
    of task: any SequenceTask.Type, _ results: [JobResult]
  ) throws -> Curves? {
    var curves: [Curve] = []
    for index in entries.indices where entries[index].taskName == task.name {
      let model = entries[index].model
      let colour = model.colour
      let histories = MetricHistory.aligned(
        self.results(of: index, in: results).map { $0.history.drawn(of: task.name) })
      if let ours = try Curve.median("\(model.title), ours", histories, colour: colour) {
        curves.append(ours)
      }
      if let paper = configuration(of: index).paperCurve?.comparable {
        curves.append(Curve("\(model.title), \(paper.title)", paper, colour: colour))
      }
    }
    guard curves.contains(where: { $0.mark == .line }), let configuration = entry(of: task) else {
      return nil
    }
    return try Curves(
      title: "\(task.title): learning curves",
      summary: "Cost in bits per sequence against training sequences, ours and the paper's.",
      x: .sequences, y: .cost(of: task, curves),
      curves: curves + Curve.optimum(of: configuration, across: curves), width: .page)
  }
}

extension Matrix {
  /// The configuration of the first run of a task.
  private func entry(of task: any SequenceTask.Type) -> RunConfiguration? {
    jobs.first { $0.configuration.task.name == task.name }?.configuration
  }
}

extension Curve {
  /// The median over the records of several seeds; nil where there is no record.
  static func median(
    _ name: String, _ histories: [MetricHistory], colour: Int
  ) throws -> Curve? {
    let started = histories.filter { !$0.records.isEmpty }
    let places = Set(started.flatMap { $0.records.map(\.sequences) }).sorted()
    guard !places.isEmpty else { return nil }
    let seeds = started.map { history in
      let bits = Dictionary(uniqueKeysWithValues: history.records.map { ($0.sequences, $0.bits) })
      return places.map { bits[$0] ?? .nan }
    }
    return try median(name, x: places.map(Double.init), seeds: seeds, colour: colour)
  }
}
