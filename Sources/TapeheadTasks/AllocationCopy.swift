public import TapeheadEngine

/// Allocation copy: one short sequence after the other through a memory too small for all of them.
///
/// Ten times: five random vectors, then, with no input, the same five. A memory of 10 locations
/// holds two of the sequences, so whoever copies all 50 vectors must free what has been answered.
/// How the answer is called for, and how many bits a vector has, is this project's choice.
public struct AllocationCopy: SequenceTask {
  /// How the network is told to answer, on an input channel of its own.
  public enum Marker: String, Codable, Sendable, CaseIterable {
    /// By one step between a sequence and its answer, as in the copy task.
    case delimiter

    /// By a channel that is 1 during each step of the answer.
    case throughout
  }

  public var bits = 6
  public var vectorsPerSequence = 5
  public var sequences = 10
  public var marker = Marker.delimiter

  /// The locations of the memory that the paper shows this task with.
  public static let memoryLocations = 10

  /// The paper's task: ten sequences of five vectors.
  public init() {}

  public static let name = "allocation-copy"
  public static let title = "Allocation copy"
  public static let summary =
    "Copy many short sequences, one after the other, through a memory too small for all of them."
  public static let citation = Citation(
    paper: "Graves et al. 2016, Hybrid computing using a neural network with dynamic external "
      + "memory (Nature 538:471)",
    section: "methods", figures: "extended data figure 1")

  public static let paperSettings: [PaperSetting] = []

  /// Three sequences of two vectors of 4 bits.
  public static var small: AllocationCopy {
    var task = AllocationCopy()
    task.bits = 4
    task.vectorsPerSequence = 2
    task.sequences = 3
    return task
  }

  private var markerChannel: Int { bits }

  public var inputSize: Int { bits + 1 }
  public var outputSize: Int { bits }
  public var inputChannels: [String] { bitChannels(bits) + ["answer"] }
  public var outputChannels: [String] { bitChannels(bits) }
  public var longestSequence: Int { sequences * stepsPerSequence }

  /// Steps of a sequence and its answer.
  private var stepsPerSequence: Int {
    2 * vectorsPerSequence + (marker == .delimiter ? 1 : 0)
  }

  public func validate() throws(SettingError) {
    try check("bits", bits, within: 1...TaskLimits.bits)
    try check("vectorsPerSequence", vectorsPerSequence, within: 1...TaskLimits.steps)
    try check("sequences", sequences, within: 1...TaskLimits.steps)
    try checkSteps(longestSequence, lowering: "sequences or vectorsPerSequence")
  }

  public func appendSequence(to batch: inout SequenceBatch, using random: inout RandomStream) {
    let start = batch.appendSequence(steps: longestSequence)
    for sequence in 0..<sequences {
      let vectors = start + sequence * stepsPerSequence
      let delimiter = vectors + vectorsPerSequence
      let answers = delimiter + (marker == .delimiter ? 1 : 0)
      for index in 0..<vectorsPerSequence {
        batch.drawInputBits(bits, row: vectors + index, using: &random)
        batch.ask(for: bits, ofInput: vectors + index, row: answers + index)
      }
      switch marker {
      case .delimiter:
        batch.setInput(channel: markerChannel, row: delimiter)
      case .throughout:
        for row in answers..<answers + vectorsPerSequence {
          batch.setInput(channel: markerChannel, row: row)
        }
      }
    }
  }

  /// `vectors_right`: how many of all answers are right in every bit.
  public func measures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [TaskMeasure] {
    let right = batch.rows(of: sequence).count {
      batch.weights[$0] > 0 && probabilities.isRight(row: $0, in: batch)
    }
    return [TaskMeasure("vectors_right", Double(right))]
  }

  /// The case of `length` short sequences.
  public func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase {
    var task = self
    task.sequences = length
    try task.validate()
    return EvaluationCase(
      label: "\(length) × \(vectorsPerSequence) vectors",
      parameters: [.init("sequences", length)], task: task)
  }

  /// The trained number of sequences, and twice and four times as many, for which a memory that
  /// frees its locations needs no more of them.
  public var evaluationCases: [EvaluationCase] {
    [sequences, 2 * sequences, 4 * sequences].compactMap { try? evaluationCase(length: $0) }
  }
}
