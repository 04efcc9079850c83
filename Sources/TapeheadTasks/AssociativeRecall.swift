public import TapeheadEngine

/// Associative recall: a list of items, then one of them again; answer the item that followed it.
///
/// An item is `vectorsPerItem` random vectors. A sequence of N items has N(1 + V) + (V + 2) + V
/// steps: each item after a step with the item delimiter; the query between two steps with the query
/// delimiter; the answer. The query is each item but the last with the same probability.
///
/// Items of one sequence are drawn again until they differ, so that each query has one answer. At
/// the paper's 18 bits an item this changes at most one sequence in 17,000.
public struct AssociativeRecall: SequenceTask {
  public var bits = 6
  public var vectorsPerItem = 3
  public var minimumItems = 2
  public var maximumItems = 6

  /// The paper's task: 2 to 6 items of three vectors of 6 bits.
  public init() {}

  public static let name = "associative-recall"
  public static let title = "Associative recall"
  public static let summary = "Answer the item that followed the queried one in a list."
  public static let citation = Citation.neuralTuringMachines(section: "4.3", figures: "10–12")

  public static let paperSettings: [PaperSetting] = [
    .feedForwardNTM(headPairs: 4, units: 256, learningRate: 1e-4, parameters: 146_845),
    .recurrentNTM(learningRate: 1e-4, parameters: 70_330),
    .lstm(units: 256, learningRate: 1e-4, parameters: 1_344_518),
  ]

  /// Two or three items of one vector of 6 bits.
  public static var small: AssociativeRecall {
    var task = AssociativeRecall()
    task.vectorsPerItem = 1
    task.maximumItems = 3
    return task
  }

  private var itemChannel: Int { bits }
  private var queryChannel: Int { bits + 1 }

  public var inputSize: Int { bits + 2 }
  public var outputSize: Int { bits }
  public var inputChannels: [String] { bitChannels(bits) + ["item", "query"] }
  public var outputChannels: [String] { bitChannels(bits) }
  public var longestSequence: Int { steps(items: maximumItems) }

  private func steps(items: Int) -> Int { (items + 2) * (vectorsPerItem + 1) }

  public func validate() throws(SettingError) {
    try check("bits", bits, within: 1...TaskLimits.bits)
    try check("vectorsPerItem", vectorsPerItem, within: 1...TaskLimits.steps)
    try checkRange(("minimumItems", minimumItems), ("maximumItems", maximumItems))
    try check("minimumItems", minimumItems, within: 2...TaskLimits.steps)
    try checkSteps(longestSequence, lowering: "maximumItems or vectorsPerItem")
    // At most half of all items may be in use, so that drawing a new one soon succeeds.
    let itemBits = bits * vectorsPerItem
    if itemBits <= 16, maximumItems > (1 << itemBits) / 2 {
      throw SettingError(
        setting: "maximumItems",
        problem: "is \(maximumItems), and items of \(itemBits) bits are enough for "
          + "\((1 << itemBits) / 2) that differ",
        remedy: "lower it, or raise bits or vectorsPerItem")
    }
  }

  public func appendSequence(to batch: inout SequenceBatch, using random: inout RandomStream) {
    let items = random.integer(in: minimumItems...maximumItems)
    let start = batch.appendSequence(steps: steps(items: items))
    for item in 0..<items {
      batch.setInput(channel: itemChannel, row: firstRow(ofItem: item, from: start) - 1)
      drawItem(item, from: start, in: &batch, using: &random)
    }

    let queried = random.integer(below: items - 1)
    let query = firstRow(ofItem: items, from: start)
    batch.setInput(channel: queryChannel, row: query - 1)
    batch.setInput(channel: queryChannel, row: query + vectorsPerItem)
    let source = firstRow(ofItem: queried, from: start)
    let following = firstRow(ofItem: queried + 1, from: start)
    let answers = query + vectorsPerItem + 1
    for vector in 0..<vectorsPerItem {
      for channel in 0..<bits {
        let value = batch.inputs[(source + vector) * inputSize + channel]
        batch.setInput(value, channel: channel, row: query + vector)
      }
      batch.ask(for: bits, ofInput: following + vector, row: answers + vector)
    }
  }

  /// The row of an item's first vector; the row before it holds its delimiter.
  private func firstRow(ofItem item: Int, from start: Int) -> Int {
    start + item * (vectorsPerItem + 1) + 1
  }

  /// Draws an item that differs from those before it.
  private func drawItem(
    _ item: Int, from start: Int, in batch: inout SequenceBatch, using random: inout RandomStream
  ) {
    let row = firstRow(ofItem: item, from: start)
    var isNew = false
    while !isNew {
      for vector in 0..<vectorsPerItem {
        batch.drawInputBits(bits, row: row + vector, using: &random)
      }
      isNew = true
      for earlier in 0..<item {
        let other = firstRow(ofItem: earlier, from: start)
        var isSame = true
        for vector in 0..<vectorsPerItem where isSame {
          isSame = batch.inputsAgree(bits, row + vector, other + vector)
        }
        if isSame { isNew = false }
      }
    }
  }

  /// `item_right`: 1 if every bit of the answer is right, so that its mean is the fraction recalled.
  public func measures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [TaskMeasure] {
    let isRight = batch.rows(of: sequence).suffix(vectorsPerItem).allSatisfy {
      probabilities.isRight(row: $0, in: batch)
    }
    return [TaskMeasure("item_right", isRight ? 1 : 0)]
  }

  /// The case of sequences of `length` items.
  public func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase {
    var task = self
    task.minimumItems = length
    task.maximumItems = length
    try task.validate()
    return EvaluationCase(
      label: "\(length) items", parameters: [.init("items", length)], task: task)
  }

  /// The numbers of items of the paper's figure 11.
  public var evaluationCases: [EvaluationCase] {
    [6, 8, 10, 12, 15, 20].compactMap { try? evaluationCase(length: $0) }
  }
}
