package import TapeheadEngine

/// What `bench` trains on where sizes are asked for: one input in every step, drawn at random, and as
/// answer one output, drawn at random; there is nothing to learn.
package struct OneHotChoices: SequenceTask {
  /// What the outputs are read as.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    /// One choice among all.
    case softmax
    /// A bit each.
    case binary
  }

  package var inputSize = 159
  package var outputSize = 159
  package var steps = 100
  package var kind = Kind.softmax

  package init() {}

  package static let name = "one-hot"
  package static let title = "One-hot choices"
  package static let summary = "Random choices in, random choices out: work to be timed."
  package static let citation = Citation(paper: "none", section: "none", figures: "none")
  package static let paperSettings: [PaperSetting] = []
  package static var small: OneHotChoices {
    var task = OneHotChoices()
    (task.inputSize, task.outputSize, task.steps) = (4, 4, 5)
    return task
  }

  package var inputChannels: [String] { (1...inputSize).map { "choice \($0)" } }
  package var outputChannels: [String] { (1...outputSize).map { "answer \($0)" } }
  package var longestSequence: Int { steps }

  package var loss: Loss {
    switch kind {
    case .softmax: .softmaxCrossEntropy(groupSize: outputSize)
    case .binary: .binaryCrossEntropy
    }
  }

  package func validate() throws(SettingError) {
    try check("inputSize", inputSize, within: 1...Self.greatest)
    try check("outputSize", outputSize, within: 1...Self.greatest)
    try check("steps", steps, within: 1...TaskLimits.steps)
  }

  private static let greatest = 65_536

  package func appendSequence(to batch: inout SequenceBatch, using random: inout RandomStream) {
    let start = batch.appendSequence(steps: steps)
    for row in start..<start + steps {
      batch.inputs[row * inputSize + random.integer(below: inputSize)] = 1
      batch.targets[row * outputSize + random.integer(below: outputSize)] = 1
      batch.weights[row] = 1
    }
  }

  package func evaluationCase(length: Int) throws(SettingError) -> EvaluationCase {
    var task = self
    task.steps = length
    try task.validate()
    return EvaluationCase(
      label: "\(length) steps", parameters: [.init("steps", length)], task: task)
  }

  package var evaluationCases: [EvaluationCase] { [] }
}
