import RealModule
public import TapeheadEngine

/// Dynamic n-grams: predict each next bit of a sequence whose rule is new each time.
///
/// For each sequence a table gives every context of `contextLength` bits the probability that a 1
/// follows, drawn from Beta(½, ½); the bits before there is a context are fair. A sequence of B bits
/// has B steps: each shows the bit before, the first one 0, and asks for its own. All of them count,
/// the fair ones too: only then does the best estimator pay what the paper's curve shows, 133.2 bits
/// for 200 bits on average; the 195 with a context alone cost 128.2.
public struct DynamicNGrams: SequenceTask {
  public var contextLength = 5
  public var bits = 200

  /// The paper's task: 200 bits, each from the five before it.
  public init() {}

  public static let name = "dynamic-n-grams"
  public static let title = "Dynamic n-grams"
  public static let summary =
    "Predict each next bit of a sequence drawn from a random n-gram table of its own."
  public static let citation = Citation.neuralTuringMachines(section: "4.4", figures: "13–15")

  public static let paperSettings: [PaperSetting] = [
    .feedForwardNTM(headPairs: 1, units: 100, learningRate: 3e-5, parameters: 14_656),
    .recurrentNTM(learningRate: 3e-5, parameters: 61_749),
    .lstm(units: 128, learningRate: 1e-4, parameters: 331_905),
  ]

  /// 50 bits, each from the one before it.
  public static var small: DynamicNGrams {
    var task = DynamicNGrams()
    task.contextLength = 1
    task.bits = 50
    return task
  }

  public var inputSize: Int { 1 }
  public var outputSize: Int { 1 }
  public var inputChannels: [String] { ["bit"] }
  public var outputChannels: [String] { ["next bit"] }
  public var longestSequence: Int { bits }

  /// The contexts of the table.
  private var contexts: Int { 1 << contextLength }

  public func validate() throws(SettingError) {
    try check("contextLength", contextLength, within: 1...16)
    try check("bits", bits, within: contextLength + 1...TaskLimits.steps)
  }

  public func appendSequence(to batch: inout SequenceBatch, using random: inout RandomStream) {
    let start = batch.appendSequence(steps: bits)
    // On the stack for tables of up to 1 KiB, contexts of 7 bits.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: contexts) { table in
      for context in 0..<contexts {
        table.initializeElement(at: context, to: random.betaOfHalves())
      }
      var context = 0
      for step in 0..<bits {
        let probability = step < contextLength ? 0.5 : table[context]
        let isOne = random.uniformDouble() < probability
        context = (context << 1 | (isOne ? 1 : 0)) & (contexts - 1)
        batch.targets[start + step] = isOne ? 1 : 0
        batch.weights[start + step] = 1
        if step + 1 < bits { batch.inputs[start + step + 1] = isOne ? 1 : 0 }
      }
    }
  }

  /// What the best possible estimator predicts at each step: the probability of a 1.
  ///
  /// (N₁ + ½) / (N₀ + N₁ + 1) of what has followed the context in this sequence before
  /// (Murphy 2012; the paper's equation 10); ½ before there is a context.
  public func optimalPredictions(of sequence: Int, in batch: SequenceBatch) -> [Double] {
    var zeros = [Double](repeating: 0, count: contexts)
    var ones = [Double](repeating: 0, count: contexts)
    var context = 0
    return batch.rows(of: sequence).enumerated().map { step, row in
      let isOne = isSet(batch.targets[row])
      defer { context = (context << 1 | (isOne ? 1 : 0)) & (contexts - 1) }
      guard step >= contextLength else { return 0.5 }
      let prediction = (ones[context] + 0.5) / (zeros[context] + ones[context] + 1)
      if isOne { ones[context] += 1 } else { zeros[context] += 1 }
      return prediction
    }
  }

  /// The measure of how far a network is from the best estimator.
  package static let gap = "gap_bits"

  /// `optimum_bits`: what the best estimator pays on this sequence; `gap_bits`: what the network
  /// pays above that.
  public func measures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [TaskMeasure] {
    let costs = costs(of: sequence, in: batch, probabilities: probabilities)
    return [
      TaskMeasure("optimum_bits", costs.reduce(0) { $0 + $1.optimum }),
      TaskMeasure(Self.gap, costs.reduce(0) { $0 + $1.network - $1.optimum }),
    ]
  }

  /// `gap_bits`: what the network pays for each bit above the best estimator.
  public func positionMeasures(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [PositionMeasure] {
    let costs = costs(of: sequence, in: batch, probabilities: probabilities)
    return [PositionMeasure(Self.gap, costs.map { $0.network - $0.optimum })]
  }

  /// What the best estimator and the network pay for each bit of a sequence, in bits.
  ///
  /// A probability that a Float has rounded to 0 or 1 is taken for the last one before it, so that
  /// a confident error costs 24 or 126 bits and not infinitely many.
  private func costs(
    of sequence: Int, in batch: SequenceBatch, probabilities: UnsafeBufferPointer<Float>
  ) -> [(optimum: Double, network: Double)] {
    let predictions = optimalPredictions(of: sequence, in: batch)
    return zip(batch.rows(of: sequence), predictions).map { row, prediction in
      let isOne = isSet(batch.targets[row])
      let probability = min(max(probabilities[row], .leastNormalMagnitude), 1 - .ulpOfOne / 2)
      return (
        bits(for: isOne, predicted: prediction), bits(for: isOne, predicted: Double(probability))
      )
    }
  }

  /// −log₂ of the probability that was given to what came.
  private func bits(for isOne: Bool, predicted probability: Double) -> Double {
    -Double.log2(isOne ? probability : 1 - probability)
  }

  /// The case of sequences of `length` bits.
  public func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase {
    var task = self
    task.bits = length
    try task.validate()
    return EvaluationCase(
      label: "\(length) bits", parameters: [.init("bits", length)], task: task)
  }

  /// The trained length: the paper tests no other.
  public var evaluationCases: [EvaluationCase] {
    [bits].compactMap { try? evaluationCase(length: $0) }
  }

  public var evaluationSequences: Int { 1_000 }
}
