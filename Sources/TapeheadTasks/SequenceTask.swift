public import TapeheadEngine

/// A task: what sequences look like, how they are drawn, what is asked for and how it is judged.
///
/// A task is a value whose stored properties are its settings, so that a configuration file can set
/// them; `init()` gives those of the paper that the task comes from. Settings that `validate()`
/// refuses must not be drawn from.
public protocol SequenceTask: Codable, Sendable, Equatable {
  /// How the command and files call the task, such as `repeat-copy`.
  static var name: String { get }

  /// How people call the task, such as "Repeat copy".
  static var title: String { get }

  /// What the network has to do, in one sentence.
  static var summary: String { get }

  /// Where the task was described first.
  static var citation: Citation { get }

  /// The paper's settings for its models on this task, empty if it names none.
  static var paperSettings: [PaperSetting] { get }

  /// All readings of what the paper says of the task: the default first, then those that its
  /// switches give, as long as costs are comparable.
  static var paperReadings: [Self] { get }

  /// The task made so small that it is learned in seconds.
  static var small: Self { get }

  /// The task with the settings of the paper.
  init()

  /// Floats of a step's input.
  var inputSize: Int { get }

  /// Floats of a step's output and target.
  var outputSize: Int { get }

  /// The names of the `inputSize` input channels, in their order.
  var inputChannels: [String] { get }

  /// The names of the `outputSize` output channels, in their order.
  var outputChannels: [String] { get }

  /// What the outputs cost against the targets.
  var loss: Loss { get }

  /// Steps of the longest sequence that these settings can draw.
  var longestSequence: Int { get }

  /// The cases that a trained network is judged on, in the order to show them.
  var evaluationCases: [EvaluationCase] { get }

  /// Fresh sequences that each case is judged on where no number is given.
  ///
  /// More where the costs of sequences differ so much that the mean of a hundred is off by whole bits.
  var evaluationSequences: Int { get }

  /// Checks the settings.
  ///
  /// - Throws: `SettingError` for the first setting that is wrong.
  func validate() throws(SettingError)

  /// Draws one sequence and appends it: inputs, targets, and weights of 1 where an answer is due.
  ///
  /// Nothing is allocated once the batch has the capacity.
  func appendSequence(to batch: inout SequenceBatch, using random: inout RandomStream)

  /// The case of all sequences of one length, which is a number of items where the task has items.
  ///
  /// - Throws: `SettingError` if the task has no sequences of that length.
  func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase

  /// What this task measures beyond bits and wrong bits, for one sequence of a batch.
  ///
  /// `probabilities` holds the network's output for the whole batch, in the layout of its targets.
  func measures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [TaskMeasure]

  /// What this task measures at every step of a sequence, where that tells more than the sum.
  func positionMeasures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [PositionMeasure]
}

extension SequenceTask {
  public static var paperReadings: [Self] { [Self()] }

  public var loss: Loss { .binaryCrossEntropy }

  public var evaluationSequences: Int { 100 }

  public func measures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [TaskMeasure] { [] }

  public func positionMeasures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [PositionMeasure] { [] }

  /// A batch of `count` sequences.
  public func batch(count: Int, using random: inout RandomStream) -> SequenceBatch {
    var batch = SequenceBatch(inputSize: inputSize, targetSize: outputSize)
    fill(&batch, count: count, using: &random)
    return batch
  }

  /// Replaces the batch's sequences by `count` new ones, in the storage that it has.
  public func fill(_ batch: inout SequenceBatch, count: Int, using random: inout RandomStream) {
    refill(&batch, count: count) { appendSequence(to: &$0, using: &random) }
  }

  /// Replaces the batch's sequences by those that `append` appends, one at a time.
  func refill(
    _ batch: inout SequenceBatch, count: Int, append: (inout SequenceBatch) -> Void
  ) {
    precondition(
      batch.inputSize == inputSize && batch.targetSize == outputSize,
      "\(Self.name) has \(inputSize) inputs and \(outputSize) outputs")
    batch.removeAll()
    for _ in 0..<count { append(&batch) }
  }
}

/// What the outputs of a network cost against the targets, computed from logits.
public enum Loss: Codable, Sendable, Equatable {
  /// Each output is the logit of a bit of its own.
  case binaryCrossEntropy

  /// Each run of `groupSize` outputs holds the logits of one choice among as many.
  case softmaxCrossEntropy(groupSize: Int)
}
