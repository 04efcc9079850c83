public import TapeheadTasks
public import TapeheadTraining

extension RunConfiguration {
  /// The paper's model that this one is of the kind of; nil where the paper has none such.
  public var paperModel: PaperSetting.Model? {
    PaperSetting.Model(rawValue: model.label)
  }

  /// The model in words: as the paper's where it is one of those.
  public var modelTitle: String { paperModel?.title ?? model.label }

  /// Which colour of the palette its curves have on every page: that of the paper's model.
  var colour: Int { paperModel?.colour ?? 0 }

  /// Whether the task is drawn as in the paper, so that costs can be compared: with its settings, or
  /// with another reading of what the paper leaves open.
  public var hasPaperTask: Bool {
    func isReading<Task: SequenceTask>(_ task: Task) -> Bool { Task.paperReadings.contains(task) }
    return isReading(task.task)
  }

  /// The paper's learning curve for this model and task; nil where there is none to compare with.
  public var paperCurve: PaperCurve? {
    guard hasPaperTask, let model = paperModel else { return nil }
    return PaperCurve.of(model, on: task.name)
  }
}

extension PaperSetting.Model {
  /// Which colour of the palette its curves have on every page.
  var colour: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The model in words, as tables and legends name it.
  public var title: String {
    switch self {
    case .feedForwardNTM: "NTM, feed-forward"
    case .recurrentNTM: "NTM, LSTM"
    case .lstm: "LSTM"
    case .dnc: "DNC"
    }
  }
}
