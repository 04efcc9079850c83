import TapeheadTasks

/// Numbers that the paper reports beyond its learning curves.
enum PaperResults {
  /// Bits per sequence of a case, read from figure 11: recall of more items than trained on.
  static func bits(_ model: PaperSetting.Model, on task: String, case label: String) -> Double? {
    guard task == AssociativeRecall.name else { return nil }
    let values: [String: Double] =
      switch model {
      case .feedForwardNTM:
        ["6 items": 0.01, "10 items": 0.12, "15 items": 1.46, "20 items": 7.99]
      case .recurrentNTM:
        ["6 items": 0.06, "10 items": 1.79, "15 items": 4.73, "20 items": 6.97]
      case .lstm:
        ["6 items": 2.26, "10 items": 36.6, "15 items": 39.8, "20 items": 38.1]
      case .dnc: [:]
      }
    return values[label]
  }

  /// Bits above the optimal estimator on n-grams, figure 13.
  static func gap(_ model: PaperSetting.Model) -> Double? {
    switch model {
    case .feedForwardNTM: 1.57
    case .recurrentNTM: 1.83
    case .lstm: 4.01
    case .dnc: nil
    }
  }

  /// What the optimal estimator pays for 200 bits on average.
  ///
  /// The paper's line stands at `paperOptimum`, which is one draw: its curves are moved by the
  /// difference before ours are measured by them.
  static let optimum = 133.18
  static let paperOptimum = 131.60
}

extension PaperCurve {
  /// The curve as ours are compared with it: for n-grams moved by what the paper's sequences were
  /// cheaper than the average.
  var comparable: PaperCurve {
    guard task == DynamicNGrams.name else { return self }
    let shift = PaperResults.optimum - PaperResults.paperOptimum
    return PaperCurve(
      task: task, model: model,
      points: points.map { Point(sequences: $0.sequences, bits: $0.bits + shift) })
  }
}
