/// The pictures that can be drawn of a run, by the names that the command takes.
public enum RunFigure: String, Sendable, CaseIterable {
  case learningCurve = "learning-curve"
  case memory
  case allocation
  case links
  case outputs
  case lengths
  case predictions
  case positions
  case locations
  case writeAddressing = "write-addressing"
  case readAddressing = "read-addressing"

  /// Whether it shows what a network does on one sequence, rather than numbers over many.
  public var showsSequence: Bool {
    switch self {
    case .learningCurve, .lengths, .positions: false
    default: true
    }
  }

  /// What is to be seen, in one sentence.
  public var summary: String {
    switch self {
    case .learningCurve:
      "The cost over training, with the paper's own curve in the same axes."
    case .memory:
      "The memory while it works: input, output, adds, reads, write and read weightings over time."
    case .allocation:
      "How slots are taken and freed: weightings, gates and usage over time."
    case .links:
      "The temporal links after one step: which slot was written after which."
    case .outputs:
      "Outputs beside targets, where the task has lengths at such as were never trained on too."
    case .lengths:
      "The cost by length or number of items, far beyond those trained on."
    case .predictions:
      "Predictions of the next bit beside those of the optimal estimator."
    case .positions:
      "The cost of each bit above the optimal estimator's, along the sequence."
    case .locations:
      "The slot that each vector was written to, against its priority."
    case .writeAddressing:
      "Each stage of addressing of a write head in one step."
    case .readAddressing:
      "Each stage of addressing of a read head in one step."
    }
  }
}
