public import TapeheadEngine
import TapeheadKernels
import TapeheadTasks

/// Trains a model: one step after another, each the same function of the state before it.
public final class Trainer {
  public let configuration: RunConfiguration
  public let program: Program
  public let parameters: ParameterStore
  package var optimiser: Optimiser
  var data: RandomStream
  /// What was trained on, and what it cost since the latest record.
  package var progress = Progress()
  private let executor: TrainingExecutor
  private let gradient: ParameterStore
  private let kernels: KernelRunner
  private var batch: SequenceBatch

  /// Counters that a checkpoint keeps.
  package struct Progress: Equatable {
    package var sequences = 0
    package var updates = 0
    /// Since the latest record: sequences, their cost in bits, and their wrong bits.
    package var recentSequences = 0
    package var recentBits = 0.0
    package var recentWrongBits = 0
    /// After how many sequences the task was solved; 0 if it was not yet.
    package var solvedAfter = 0
  }

  /// - Throws: `ConfigurationError` or `TraceError` when the configuration cannot be trained.
  public init(
    _ configuration: RunConfiguration, threads: Int, instructionSet: InstructionSet
  ) throws {
    try configuration.validate()
    let task = configuration.task.task
    self.configuration = configuration
    self.program = try configuration.program()
    var initialisation = RandomStream(seed: configuration.seed, purpose: "initialisation")
    self.parameters = ParameterStore(program.parameters, using: &initialisation)
    self.data = RandomStream(seed: configuration.seed, purpose: "data")
    self.optimiser = Optimiser(
      configuration.training.optimiser, for: program.parameters, instructionSet: instructionSet)
    let rows = min(configuration.training.microBatch, configuration.training.batch)
    let chunks = (configuration.training.batch + rows - 1) / rows
    self.executor = TrainingExecutor(
      program, parameters: parameters,
      settings: ExecutionSettings(
        microBatch: rows, threads: min(threads, chunks), instructionSet: instructionSet),
      longestSequence: task.longestSequence)
    self.gradient = ParameterStore(program.parameters)
    self.kernels = KernelRunner(instructionSet)
    self.batch = SequenceBatch(inputSize: task.inputSize, targetSize: task.outputSize)
  }

  /// The plan that training runs.
  public var plan: Plan { executor.plan }

  /// Bytes of the arenas and gradients of all threads.
  public var arenaBytes: Int { executor.bytes }

  /// Bytes of the parameters, their gradient, and what the optimiser remembers.
  public var parameterBytes: Int { parameters.bytes * (2 + optimiser.moments.count) }

  /// How many sequences were trained on.
  public var sequences: Int { progress.sequences }

  /// Draws a batch, takes it forward and back, clips the gradient and updates the parameters.
  ///
  /// - Throws: `NonFiniteTraining` when a loss or a gradient is not finite; the parameters stay.
  public func step() throws {
    let training = configuration.training
    configuration.task.task.fill(&batch, count: training.batch, using: &data)
    let loss = executor.lossAndGradient(batch, into: gradient)
    if training.reduction == .mean, training.batch > 1 {
      let factor = 1 / Float(training.batch)
      kernels.run(
        \.scale, [gradient.buffer.base], sizes: [Int32(gradient.buffer.count)],
        constants: [factor])
    }
    let length = training.clipping.apply(to: gradient, kernels)
    guard loss.isFinite, length.isFinite else { throw notFinite() }
    optimiser.update(parameters, along: gradient)
    progress.updates += 1
    progress.sequences += training.batch
    progress.recentSequences += training.batch
    progress.recentBits += loss / Self.natsPerBit
    progress.recentWrongBits += executor.wrongBits.reduce(0) { $0 + Int($1) }
  }

  /// ln 2.
  package static let natsPerBit = 0.693_147_180_559_945_309

  private func notFinite() -> NonFiniteTraining {
    NonFiniteTraining(
      update: progress.updates + 1, sequences: progress.sequences,
      value: executor.firstNonFinite(in: batch))
  }
}

/// A training step that met a number that is not finite.
public struct NonFiniteTraining: Error, Sendable, Equatable, CustomStringConvertible {
  /// Which update it would have been, from 1.
  public let update: Int
  /// Sequences trained on before.
  public let sequences: Int
  /// Where it appeared first; nil if only the sum of all gradients overflowed.
  public let value: NonFiniteValue?

  public var description: String {
    let place = value?.description ?? "the length of the whole gradient was not finite"
    return "training stopped at update \(update), after \(sequences) sequences: \(place); "
      + "the parameters before this update are kept; try a smaller learning rate"
  }
}
