public import TapeheadEngine

/// Priority sort: random vectors, each with a priority; answer those of highest priority in order.
///
/// A sequence has one step for each vector, with its priority, uniform in [−1, 1), on a channel of
/// its own, and one for each answer: 20 + 16. Of equal priorities the earlier vector goes first.
/// The paper names no delimiter, and its sequences all have the same length; `hasDelimiter` puts a
/// step with one between vectors and answers.
public struct PrioritySort: SequenceTask {
  public var bits = 8
  public var vectors = 20
  public var answers = 16
  public var hasDelimiter = false

  /// The paper's task: the 16 first of 20 vectors of 8 bits.
  public init() {}

  public static let name = "priority-sort"
  public static let title = "Priority sort"
  public static let summary = "Answer the vectors of highest priority, the highest first."
  public static let citation = Citation.neuralTuringMachines(section: "4.5", figures: "16–18")

  public static let paperSettings: [PaperSetting] = [
    .feedForwardNTM(headPairs: 8, units: 512, learningRate: 3e-5, parameters: 508_305),
    .recurrentNTM(headPairs: 5, layers: 2, learningRate: 3e-5, parameters: 269_038),
    .lstm(units: 128, learningRate: 3e-5, parameters: 384_424),
  ]

  public static var paperReadings: [PrioritySort] {
    [false, true].map { hasDelimiter in
      var task = PrioritySort()
      task.hasDelimiter = hasDelimiter
      return task
    }
  }

  /// The 2 first of 3 vectors of 4 bits: priorities that are close to each other stay hard to tell
  /// apart, and three are close less often than more.
  public static var small: PrioritySort {
    var task = PrioritySort()
    task.bits = 4
    task.vectors = 3
    task.answers = 2
    return task
  }

  private var priorityChannel: Int { bits }
  private var delimiterChannel: Int { bits + 1 }

  public var inputSize: Int { bits + (hasDelimiter ? 2 : 1) }
  public var outputSize: Int { bits }
  public var inputChannels: [String] {
    bitChannels(bits) + ["priority"] + (hasDelimiter ? ["delimiter"] : [])
  }
  public var outputChannels: [String] { bitChannels(bits) }
  public var longestSequence: Int { firstAnswer + answers }

  /// The step of the first answer.
  private var firstAnswer: Int { vectors + (hasDelimiter ? 1 : 0) }

  public func validate() throws(SettingError) {
    try check("bits", bits, within: 1...TaskLimits.bits)
    try checkRange(("answers", answers), ("vectors", vectors))
    try checkSteps(longestSequence, lowering: "vectors")
  }

  public func appendSequence(to batch: inout SequenceBatch, using random: inout RandomStream) {
    let start = batch.appendSequence(steps: longestSequence)
    for row in start..<start + vectors {
      batch.drawInputBits(bits, row: row, using: &random)
      batch.setInput(2 * random.uniformFloat() - 1, channel: priorityChannel, row: row)
    }
    if hasDelimiter { batch.setInput(channel: delimiterChannel, row: start + vectors) }
    var last: Int?
    for answer in 0..<answers {
      let source = nextRow(after: last, in: start..<start + vectors, of: batch)
      batch.ask(for: bits, ofInput: source, row: start + firstAnswer + answer)
      last = source
    }
  }

  /// The row of the highest priority below that of `last`, found without memory of its own.
  private func nextRow(after last: Int?, in rows: Range<Int>, of batch: SequenceBatch) -> Int {
    var best: Int?
    for row in rows {
      let isLeft = last.map { goes(before: row, $0, in: batch) } ?? true
      if isLeft, best.map({ goes(before: $0, row, in: batch) }) ?? true { best = row }
    }
    guard let best else { preconditionFailure("more answers than vectors") }
    return best
  }

  /// Whether row `first` goes before row `row`.
  private func goes(before row: Int, _ first: Int, in batch: SequenceBatch) -> Bool {
    let priority = batch.inputs[row * inputSize + priorityChannel]
    let other = batch.inputs[first * inputSize + priorityChannel]
    return other > priority || (other == priority && first < row)
  }

  /// The priorities of a sequence's vectors, in the order of the input.
  public func priorities(of sequence: Int, in batch: SequenceBatch) -> [Float] {
    batch.rows(of: sequence).prefix(vectors).map { batch.inputs[$0 * inputSize + priorityChannel] }
  }

  /// The steps at which a sequence's vectors were shown, the highest priority first.
  public func order(of sequence: Int, in batch: SequenceBatch) -> [Int] {
    let priorities = priorities(of: sequence, in: batch)
    return priorities.indices.sorted {
      priorities[$0] > priorities[$1] || (priorities[$0] == priorities[$1] && $0 < $1)
    }
  }

  /// `vectors_right`: how many answers are right in every bit; `positions_off`: how far from its
  /// place in the order the answered vector is, averaged over the answers.
  ///
  /// The answered vector is the input vector that differs from the answer in the fewest bits; among
  /// several, the one closest to the place.
  public func measures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [TaskMeasure] {
    let start = batch.starts[sequence]
    let order = order(of: sequence, in: batch)
    var right = 0
    var off = 0
    for place in 0..<answers {
      let row = start + firstAnswer + place
      if probabilities.isRight(row: row, in: batch) { right += 1 }
      let candidates = order.enumerated().map { rank, step in
        let wrongBits = (0..<bits).count { channel in
          isSet(probabilities[row * outputSize + channel])
            != isSet(batch.inputs[(start + step) * inputSize + channel])
        }
        return (wrongBits, abs(rank - place))
      }
      off += candidates.min(by: <)?.1 ?? 0
    }
    return [
      TaskMeasure("vectors_right", Double(right)),
      TaskMeasure("positions_off", Double(off) / Double(answers)),
    ]
  }

  /// The case of `length` vectors and as many answers as before, or all of them if there are fewer.
  public func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase {
    var task = self
    task.vectors = length
    task.answers = min(answers, length)
    try task.validate()
    return EvaluationCase(
      label: "\(task.answers) of \(length) vectors",
      parameters: [.init("vectors", length), .init("answers", task.answers)], task: task)
  }

  /// The trained length: the paper tests no other.
  public var evaluationCases: [EvaluationCase] {
    [vectors].compactMap { try? evaluationCase(length: $0) }
  }

  public var evaluationSequences: Int { 1_000 }
}
