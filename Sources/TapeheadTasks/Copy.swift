public import TapeheadEngine

/// Copy: random vectors, a delimiter, and then, with no more input, the same vectors again.
///
/// A sequence of L vectors has 2L + 1 steps: the vectors, the delimiter, L answers. The paper names
/// only the delimiter, which makes 9 inputs and 8 outputs for 8 bits; its LSTM has the stated number
/// of parameters with 10 and 9. `markers` switches to a layout with these sizes.
public struct Copy: TaskWithSilence {
  /// What is marked beside the vectors.
  public enum Markers: String, Codable, Sendable, CaseIterable {
    /// One step after the vectors, on an input channel of its own: 2L + 1 steps.
    case delimiter

    /// Also a step before the vectors, on another input channel, and after the answer a marker to
    /// be given on an output channel of its own: 2L + 3 steps.
    case startAndEnd
  }

  public var bits = 8
  public var minimumLength = 1
  public var maximumLength = 20
  public var markers = Markers.delimiter

  /// The paper's task: 1 to 20 vectors of 8 bits.
  public init() {}

  public static let name = "copy"
  public static let title = "Copy"
  public static let summary = "Repeat a sequence of random vectors after its end."
  public static let citation = Citation.neuralTuringMachines(section: "4.1", figures: "3–6")

  public static let paperSettings: [PaperSetting] = [
    .feedForwardNTM(headPairs: 1, units: 100, learningRate: 1e-4, parameters: 17_162),
    .recurrentNTM(learningRate: 1e-4, parameters: 67_561),
    .lstm(units: 256, learningRate: 3e-5, parameters: 1_352_969),
  ]

  public static var paperReadings: [Copy] {
    Markers.allCases.map { markers in
      var task = Copy()
      task.markers = markers
      return task
    }
  }

  public static var small: Copy {
    var task = Copy()
    task.bits = 4
    task.maximumLength = 5
    return task
  }

  private var hasStartAndEnd: Bool { markers == .startAndEnd }
  private var delimiterChannel: Int { bits }
  private var startChannel: Int { bits + 1 }
  private var endChannel: Int { bits }

  public var inputSize: Int { bits + (hasStartAndEnd ? 2 : 1) }
  public var outputSize: Int { bits + (hasStartAndEnd ? 1 : 0) }
  public var inputChannels: [String] {
    bitChannels(bits) + ["delimiter"] + (hasStartAndEnd ? ["start"] : [])
  }
  public var outputChannels: [String] { bitChannels(bits) + (hasStartAndEnd ? ["end"] : []) }
  public var longestSequence: Int { steps(length: maximumLength) }

  private func steps(length: Int) -> Int { 2 * length + (hasStartAndEnd ? 3 : 1) }

  public func validate() throws(SettingError) {
    try check("bits", bits, within: 1...TaskLimits.bits)
    try checkRange(("minimumLength", minimumLength), ("maximumLength", maximumLength))
    try checkSteps(longestSequence, lowering: "maximumLength")
  }

  public func appendSequence(
    to batch: inout SequenceBatch, quietShare: Float, using random: inout RandomStream
  ) {
    let length = random.integer(in: minimumLength...maximumLength)
    let start = batch.appendSequence(steps: steps(length: length))
    let vectors = start + (hasStartAndEnd ? 1 : 0)
    let delimiter = vectors + length
    let answers = delimiter + 1

    if hasStartAndEnd { batch.setInput(channel: startChannel, row: start) }
    batch.drawInputBits(
      bits, rows: vectors..<delimiter, quietShare: quietShare, using: &random)
    batch.setInput(channel: delimiterChannel, row: delimiter)
    for index in 0..<length {
      batch.ask(for: bits, ofInput: vectors + index, row: answers + index)
    }
    if hasStartAndEnd { batch.askForMarker(channel: endChannel, row: answers + length) }
  }

  public func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase {
    var task = self
    task.minimumLength = length
    task.maximumLength = length
    try task.validate()
    return EvaluationCase(
      label: "length \(length)", parameters: [.init("length", length)], task: task)
  }

  /// The lengths of the paper's figures 4 and 5.
  public var evaluationCases: [EvaluationCase] {
    [10, 20, 30, 50, 120].compactMap { try? evaluationCase(length: $0) }
  }
}
