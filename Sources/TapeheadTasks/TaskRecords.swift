/// Where a task was described first.
public struct Citation: Sendable, Equatable, CustomStringConvertible {
  public let paper: String
  public let section: String
  public let figures: String

  public var description: String { "\(paper), \(section), \(figures)" }

  /// The paper that five of the tasks come from.
  static func neuralTuringMachines(section: String, figures: String) -> Citation {
    Citation(
      paper: "Graves, Wayne & Danihelka 2014, Neural Turing Machines (arXiv:1410.5401)",
      section: "section \(section)", figures: "figures \(figures)")
  }
}

/// One case of a task's evaluation: sequences that are judged together.
public struct EvaluationCase: Sendable {
  /// What stands beside the result in a table, such as "length 120".
  public let label: String

  /// The same for programs, such as `length` = 120; empty for a task as it is trained.
  public let parameters: [Parameter]

  /// The task that the sequences are drawn from.
  public let task: any SequenceTask

  /// Creates the case of the sequences of `task`.
  public init(label: String, parameters: [Parameter], task: any SequenceTask) {
    self.label = label
    self.parameters = parameters
    self.task = task
  }

  /// A setting that tells the case from the others.
  public struct Parameter: Sendable, Equatable {
    public let name: String
    public let value: Int

    /// Creates a parameter; the name is in snake case.
    public init(_ name: String, _ value: Int) {
      self.name = name
      self.value = value
    }
  }
}

/// What a task measures on a sequence beyond bits and wrong bits; averaged over sequences.
public struct TaskMeasure: Sendable, Equatable {
  /// What is measured, in snake case.
  public let name: String
  public let value: Double

  /// Creates the measure of one sequence.
  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }
}

/// What a task measures at each step of a sequence; averaged over sequences, step by step.
public struct PositionMeasure: Sendable, Equatable {
  /// What is measured, in snake case.
  public let name: String
  /// One value for each step.
  public let values: [Double]

  /// Creates the measure of one sequence.
  public init(_ name: String, _ values: [Double]) {
    self.name = name
    self.values = values
  }
}

/// How the paper set one of its models for a task (its tables 1 to 3) and how long it trained.
public struct PaperSetting: Sendable, Equatable {
  /// The models of the paper, by the names that its learning curves have in our data.
  public enum Model: String, Codable, Sendable, CaseIterable {
    case feedForwardNTM = "ntm-feedforward"
    case recurrentNTM = "ntm-lstm"
    case lstm
    /// A later network, to compare with: the paper has no setting and no curve of it.
    case dnc
  }

  /// Slots of the memory, in every setting of the paper.
  public static let memorySlots = 128

  /// Floats of a slot, in every setting of the paper.
  public static let memoryWidth = 20

  public let model: Model

  /// Pairs of one read head and one write head; 0 for the LSTM, which has no memory.
  public let headPairs: Int

  /// Layers of the controller, or of the LSTM.
  public let layers: Int

  /// Units of each layer.
  public let units: Int
  public let learningRate: Double

  /// The number of parameters that the paper states.
  public let parameters: Int

  /// The sequences after which the paper's learning curve ends.
  public let sequences: Int

  static func feedForwardNTM(
    headPairs: Int, units: Int, learningRate: Double, parameters: Int, sequences: Int = 1_000_000
  ) -> PaperSetting {
    PaperSetting(
      model: .feedForwardNTM, headPairs: headPairs, layers: 1, units: units,
      learningRate: learningRate, parameters: parameters, sequences: sequences)
  }

  static func recurrentNTM(
    headPairs: Int = 1, layers: Int = 1, units: Int = 100, learningRate: Double, parameters: Int,
    sequences: Int = 1_000_000
  ) -> PaperSetting {
    PaperSetting(
      model: .recurrentNTM, headPairs: headPairs, layers: layers, units: units,
      learningRate: learningRate, parameters: parameters, sequences: sequences)
  }

  static func lstm(
    units: Int, learningRate: Double, parameters: Int, sequences: Int = 1_000_000
  ) -> PaperSetting {
    PaperSetting(
      model: .lstm, headPairs: 0, layers: 3, units: units, learningRate: learningRate,
      parameters: parameters, sequences: sequences)
  }
}
