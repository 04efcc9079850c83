import TapeheadFigures
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

  /// What figure 8 shows: a network that goes on copying twice as many vectors, or as often, as it was trained on.
  static func copiesOn(_ model: PaperSetting.Model, _ task: RepeatCopy, trained: RepeatCopy) -> Bool
  {
    switch model {
    case .feedForwardNTM, .recurrentNTM:
      task.minimumLength == 2 * trained.maximumLength
        || task.minimumRepeats == 2 * trained.maximumRepeats
    case .lstm, .dnc: false
    }
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
  static var shift: Double { optimum - paperOptimum }
}

extension PaperCurve {
  /// The curve as ours are compared with it: for n-grams moved by what the paper's sequences were
  /// cheaper than the average.
  var comparable: PaperCurve {
    guard task == DynamicNGrams.name else { return self }
    return PaperCurve(
      task: task, model: model,
      points: points.map {
        Point(sequences: $0.sequences, bits: $0.bits + PaperResults.shift)
      })
  }

  /// What legends call the comparable curve.
  var title: String {
    task == DynamicNGrams.name ? "paper + \(significant(PaperResults.shift))" : "paper"
  }

  /// How the comparable curves of a task differ from the paper's, in a sentence to go on with; nothing where they do not.
  static func shiftNote(for task: any SequenceTask.Type) -> String {
    guard task.name == DynamicNGrams.name else { return "" }
    return " The paper's costs of n-grams are moved up by \(significant(PaperResults.shift)) bits: "
      + "its sequences cost the optimal estimator \(significant(PaperResults.paperOptimum, digits: 5)), "
      + "and such sequences cost it \(significant(PaperResults.optimum, digits: 5)) on average."
  }
}
