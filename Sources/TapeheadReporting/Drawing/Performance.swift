public import TapeheadEngine
import TapeheadFigures
public import TapeheadTasks
public import TapeheadTraining

/// A trained model at work on one sequence: what it saw, what it said, and what its taps show.
public struct Performance {
  /// What was drawn, such as "length 20".
  public let label: String
  public let task: any SequenceTask
  /// The one sequence.
  public let batch: SequenceBatch
  /// The outputs, in the layout of the batch's targets.
  let probabilities: [Float]
  private let recording: Recording

  /// Sequences to choose the longest of, where the task has no case of one length.
  private static let choices = 32

  /// Runs a model on one fresh sequence.
  ///
  /// - Parameters:
  ///   - model: The trained model.
  ///   - evaluationCase: What the sequence is drawn from.
  ///   - seed: Of the sequence; one seed gives every model the same one.
  ///   - taps: Names of the taps to record.
  ///   - instructionSet: What the kernels run with.
  /// - Throws: `UnknownTap` for a name that the model lacks.
  public init(
    of model: TrainedModel, on evaluationCase: EvaluationCase, seed: UInt64, taps: [String],
    instructionSet: InstructionSet
  ) throws {
    let task = evaluationCase.task
    var stream = RandomStream(seed: seed, purpose: "figure " + evaluationCase.label)
    var batch = task.batch(count: 1, using: &stream)
    if evaluationCase.parameters.isEmpty {
      for _ in 1..<Self.choices {
        let other = task.batch(count: 1, using: &stream)
        if other.steps > batch.steps { batch = other }
      }
    }
    let executor = try InferenceExecutor(
      model.program, parameters: model.parameters,
      settings: ExecutionSettings(microBatch: 1, threads: 1, instructionSet: instructionSet),
      taps: taps)
    self.label = evaluationCase.label
    self.task = task
    self.batch = batch
    self.recording = executor.run(batch)
    self.probabilities = recording.probabilities(task.loss, outputSize: task.outputSize)
  }

  var steps: Int { batch.steps }

  /// Channels × steps.
  func input() throws -> Grid {
    try Grid(rows: steps, columns: task.inputSize, values: batch.inputs).transposed
  }

  /// Channels × steps: the probabilities, and 0 where no answer is asked for.
  func answers() throws -> Grid {
    let shown = probabilities.enumerated().map { index, value in
      batch.weights[index / task.outputSize] > 0 ? value : 0
    }
    return try Grid(rows: steps, columns: task.outputSize, values: shown).transposed
  }

  /// A recorded tap, numbers × steps.
  func tap(_ name: String) throws -> Grid {
    guard let values = recording.taps[name] else {
      preconditionFailure("tap \(name) was not recorded")
    }
    return try Grid(rows: steps, columns: values.count / steps, values: values).transposed
  }

  /// The numbers of a recorded tap in one step.
  package func numbers(of tap: String, step: Int) -> ArraySlice<Float> {
    guard let values = recording.taps[tap] else {
      preconditionFailure("tap \(tap) was not recorded")
    }
    let count = values.count / steps
    return values[step * count..<(step + 1) * count]
  }

  /// Checks that the sequence has a step.
  ///
  /// - Throws: `ReportingError` for one that it lacks.
  func check(_ step: Int) throws {
    guard !(0..<steps).contains(step) else { return }
    throw ReportingError(
      "there is no step \(step) in a sequence of \(steps) steps",
      remedy: "choose one from 0 to \(steps - 1) with --step")
  }

  /// The steps that ask for an answer.
  var answerSteps: [Int] { batch.weights.indices.filter { batch.weights[$0] > 0 } }

  /// Targets and probabilities of the steps that ask for an answer, channels × steps.
  func targetsAndOutputs() throws -> (targets: Grid, outputs: Grid) {
    let size = task.outputSize
    func rows(_ values: [Float]) throws -> Grid {
      try Grid(answerSteps.map { Array(values[$0 * size..<($0 + 1) * size]) }).transposed
    }
    return (try rows(batch.targets), try rows(probabilities))
  }
}

extension SequenceTask {
  /// The case that shows the task best: the longest sequences of one kind among the trained ones.
  package var typicalCase: EvaluationCase {
    let trained = evaluationCases.filter {
      !$0.parameters.isEmpty && $0.task.longestSequence <= longestSequence
    }
    return trained.max { $0.task.longestSequence < $1.task.longestSequence }
      ?? EvaluationCase(label: "as trained", parameters: [], task: self)
  }
}
