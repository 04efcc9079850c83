public import TapeheadEngine

/// Repeat copy: random vectors and a number; the vectors that many times, then an end marker.
///
/// A sequence of L vectors and R repeats has L + 1 (+ 1) + LR + 1 steps: the vectors, the number on a
/// channel of its own, the answers, the end marker; a marker can have a step of its own. On the last
/// step the other outputs are to be 0, and they count.
///
/// The paper's text says 8 bits; its LSTM's number of parameters (8 inputs, 7 outputs) and the first
/// point of its learning curve say 6, which is the default. Its text names no marker; the eighth
/// input is taken for one that stands in the step of the number, as copy's delimiter follows the
/// vectors. `marker` can move it or leave it out.
public struct RepeatCopy: TaskWithSilence {
  /// Whether and where a marker stands on an input channel of its own.
  public enum Marker: String, Codable, Sendable, CaseIterable {
    /// In the step that shows the number, which can itself be close to 0 and would then, after a vector
    /// of zeros, be hard to tell from it.
    case withNumber

    /// One step after the number, so that the answers begin in a step that shows no number.
    case afterNumber

    /// One step before the vectors.
    case start

    /// Nowhere, as in the paper's text; there is no such channel.
    case none
  }

  public var bits = 6
  public var minimumLength = 1
  public var maximumLength = 10
  public var minimumRepeats = 1
  public var maximumRepeats = 10
  public var marker = Marker.withNumber

  /// Repeats are shown as (R − `repeatsMean`) / `repeatsDeviation`, the same scale in training and
  /// in evaluation, whatever the range drawn from.
  public var repeatsMean: Float = 5.5

  /// The standard deviation of a number from 1 to 10, √8.25.
  public var repeatsDeviation: Float = 2.872_281_3

  /// The paper's task: 1 to 10 vectors of 6 bits, 1 to 10 times.
  public init() {}

  public static let name = "repeat-copy"
  public static let title = "Repeat copy"
  public static let summary =
    "Repeat a sequence of random vectors a given number of times, then say that it is done."
  public static let citation = Citation.neuralTuringMachines(section: "4.2", figures: "7–9")

  public static let paperSettings: [PaperSetting] = [
    .feedForwardNTM(
      headPairs: 1, units: 100, learningRate: 1e-4, parameters: 16_712, sequences: 500_000),
    .recurrentNTM(learningRate: 1e-4, parameters: 66_111, sequences: 500_000),
    .lstm(units: 512, learningRate: 3e-5, parameters: 5_312_007, sequences: 500_000),
  ]

  public static var paperReadings: [RepeatCopy] {
    Marker.allCases.map { marker in
      var task = RepeatCopy()
      task.marker = marker
      return task
    }
  }

  /// Up to 3 vectors of 4 bits, up to 3 times, the number on the paper's scale.
  public static var small: RepeatCopy {
    var task = RepeatCopy()
    task.bits = 4
    task.maximumLength = 3
    task.maximumRepeats = 3
    return task
  }

  private var hasMarker: Bool { marker != .none }
  /// Steps that hold nothing but the marker.
  private var markerSteps: Int { marker == .start || marker == .afterNumber ? 1 : 0 }
  private var repeatsChannel: Int { bits }
  private var markerChannel: Int { bits + 1 }
  private var endChannel: Int { bits }

  public var inputSize: Int { bits + (hasMarker ? 2 : 1) }
  public var outputSize: Int { bits + 1 }
  public var inputChannels: [String] {
    bitChannels(bits) + ["repeats"] + (hasMarker ? ["marker"] : [])
  }
  public var outputChannels: [String] { bitChannels(bits) + ["end"] }
  public var longestSequence: Int { steps(length: maximumLength, repeats: maximumRepeats) }

  private func steps(length: Int, repeats: Int) -> Int {
    length + 1 + markerSteps + length * repeats + 1
  }

  public func validate() throws(SettingError) {
    try check("bits", bits, within: 1...TaskLimits.bits)
    try checkRange(("minimumLength", minimumLength), ("maximumLength", maximumLength))
    try checkRange(("minimumRepeats", minimumRepeats), ("maximumRepeats", maximumRepeats))
    try checkSteps(longestSequence, lowering: "maximumLength or maximumRepeats")
    // Wide limits, which keep the number shown to the network finite.
    try check("repeatsMean", repeatsMean, within: -10_000...10_000)
    try check("repeatsDeviation", repeatsDeviation, within: 0.001...10_000)
  }

  public func appendSequence(
    to batch: inout SequenceBatch, quietShare: Float, using random: inout RandomStream
  ) {
    let length = random.integer(in: minimumLength...maximumLength)
    let repeats = random.integer(in: minimumRepeats...maximumRepeats)
    let start = batch.appendSequence(steps: steps(length: length, repeats: repeats))
    let vectors = start + (marker == .start ? 1 : 0)
    let number = vectors + length
    let answers = start + length + 1 + markerSteps

    batch.drawInputBits(bits, rows: vectors..<number, quietShare: quietShare, using: &random)
    let scaledRepeats = (Float(repeats) - repeatsMean) / repeatsDeviation
    batch.setInput(scaledRepeats, channel: repeatsChannel, row: number)
    let markerRow: Int? =
      switch marker {
      case .withNumber: number
      case .afterNumber: number + 1
      case .start: start
      case .none: nil
      }
    if let markerRow { batch.setInput(channel: markerChannel, row: markerRow) }
    for index in 0..<length * repeats {
      batch.ask(for: bits, ofInput: vectors + index % length, row: answers + index)
    }
    batch.askForMarker(channel: endChannel, row: answers + length * repeats)
  }

  /// Whether the end was found.
  package static let endMarker = "end_marker_right"

  /// `end_marker_right`: 1 if the end marker is given on the last step and on no answer before it.
  public func measures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [TaskMeasure] {
    let answers = batch.rows(of: sequence).filter { batch.weights[$0] > 0 }
    let isRight = answers.allSatisfy { row in
      let place = row * outputSize + endChannel
      return isSet(probabilities[place]) == isSet(batch.targets[place])
    }
    return [TaskMeasure(Self.endMarker, isRight ? 1 : 0)]
  }

  /// The case of one length and one number of repeats.
  ///
  /// - Throws: `SettingError` if there are no such sequences.
  public func evaluationCase(length: Int, repeats: Int) throws(SettingError) -> EvaluationCase {
    var task = self
    task.minimumLength = length
    task.maximumLength = length
    task.minimumRepeats = repeats
    task.maximumRepeats = repeats
    try task.validate()
    return EvaluationCase(
      label: "length \(length) × \(repeats)",
      parameters: [.init("length", length), .init("repeats", repeats)], task: task)
  }

  /// The case of one length, repeated as often as these settings allow.
  public func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase {
    try evaluationCase(length: length, repeats: maximumRepeats)
  }

  /// The trained range and its corner, then twice the length and twice the repeats: figure 8.
  public var evaluationCases: [EvaluationCase] {
    let label =
      "lengths \(minimumLength)–\(maximumLength) × \(minimumRepeats)–\(maximumRepeats)"
    let beyond = [
      (maximumLength, maximumRepeats), (2 * maximumLength, maximumRepeats),
      (maximumLength, 2 * maximumRepeats),
    ]
    return [EvaluationCase(label: label, parameters: [], task: self)]
      + beyond.compactMap { try? evaluationCase(length: $0.0, repeats: $0.1) }
  }
}
