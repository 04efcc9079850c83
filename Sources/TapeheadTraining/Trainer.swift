public import TapeheadEngine
public import TapeheadTasks

/// Trains a model: one step after another, each the same function of the state before it.
public final class Trainer {
  public let task: any SequenceTask
  public let training: TrainingConfiguration
  public let program: Program
  public let parameters: ParameterStore
  package var optimiser: Optimiser
  let average: ParameterAverage?
  var data: RandomStream
  /// What was trained on, and what it cost since the latest record.
  package var progress = Progress()
  private let executor: TrainingExecutor
  /// The same parameters at work in `TrainingConfiguration.tightMemory`.
  private let tightExecutor: TrainingExecutor?
  private let memoryRoll: MemoryRoll?
  private let gradient: ParameterStore
  private let clipper: GradientClipper
  private var batch: SequenceBatch
  /// What training steps spend their time on, once `measure()` was called.
  public private(set) var times: StepTimes?

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

  /// Makes a configuration's model ready to train.
  ///
  /// - Throws: `SettingError` or `TraceError` when the configuration cannot be trained.
  public convenience init(
    _ configuration: RunConfiguration, threads: Int = 1,
    instructionSet: InstructionSet = .fastest
  ) throws {
    try configuration.validate()
    self.init(
      try configuration.program(), tight: try configuration.tightProgram(),
      on: configuration.task.task, configuration.training, seed: configuration.seed,
      threads: threads, instructionSet: instructionSet)
  }

  /// Makes any cell's program ready to train on a task that it has the inputs and outputs for.
  ///
  /// `tight` is a program with the same parameters that works in the training's tight memory.
  public init(
    _ program: Program, tight: Program? = nil, on task: any SequenceTask,
    _ training: TrainingConfiguration, seed: UInt64, threads: Int = 1,
    instructionSet: InstructionSet = .fastest
  ) {
    self.task = task
    self.training = training
    self.program = program
    var initialisation = RandomStream(seed: seed, purpose: "initialisation")
    self.parameters = ParameterStore(program.parameters, using: &initialisation)
    self.data = RandomStream(seed: seed, purpose: "data")
    self.gradient = ParameterStore(program.parameters)
    self.memoryRoll = MemoryRoll(training.rolledMemory, parameters, gradient)
    self.optimiser = Optimiser(
      training.optimiser, parameters, along: gradient, instructionSet: instructionSet)
    self.average =
      training.averagedShare > 0
      ? ParameterAverage(
        over: training.averagedShare, of: parameters, instructionSet: instructionSet) : nil
    self.clipper = GradientClipper(training.clipping, gradient, instructionSet)
    let settings = training.execution(threads: threads, instructionSet: instructionSet)
    let parameters = parameters
    func executor(_ program: Program) -> TrainingExecutor {
      TrainingExecutor(
        program, parameters: parameters, settings: settings,
        longestSequence: task.longestSequence)
    }
    self.executor = executor(program)
    self.tightExecutor = tight.map(executor)
    self.batch = SequenceBatch(inputSize: task.inputSize, targetSize: task.outputSize)
  }

  /// The parameters of the model as it stands: their mean over the latest updates where training has
  /// an `averagedShare`, else those of the latest update.
  public var model: ParameterStore { average?.store ?? parameters }

  /// The threads that it works on, no more than there are micro-batches.
  public var threads: Int { executor.threads }

  /// Bytes of the arenas and gradients of all threads.
  public var arenaBytes: Int { executor.bytes + (tightExecutor?.bytes ?? 0) }

  /// Bytes of the parameters, their gradient, their mean, and what the optimiser remembers.
  public var parameterBytes: Int { parameters.bytes * (stores.count + 1) }

  /// How many sequences were trained on.
  public var sequences: Int { progress.sequences }

  /// What the next update is made with: from some point on, every second one in the tight memory.
  private var nextExecutor: TrainingExecutor {
    guard let tightExecutor, progress.sequences >= training.tightMemory.after,
      progress.updates % 2 == 1
    else { return executor }
    return tightExecutor
  }

  /// Draws a batch, takes it forward and back, clips the gradient and updates the parameters.
  ///
  /// - Returns: The mean loss of the batch's sequences, in bits.
  /// - Throws: `DivergedTraining` when a loss or a gradient is not finite or the loss beyond all measure; all
  ///   that a checkpoint holds stays as it was, so that the same step diverges again.
  @discardableResult
  public func step() throws -> Double {
    var watch = times.map { _ in Stopwatch() }
    let executor = nextExecutor
    let undrawn = data
    drawBatch()
    times?.data += watch?.lap() ?? 0
    let loss: Double
    do {
      loss = try makeGradient(with: executor, timedBy: &watch)
    } catch {
      data = undrawn
      throw error
    }
    times?.clipping += watch?.lap() ?? 0
    optimiser.update(after: progress.sequences)
    average?.update(after: optimiser.updates)
    times?.update += watch?.lap() ?? 0
    let bits = loss / Self.natsPerBit
    progress.updates += 1
    progress.sequences += training.batch
    progress.recentSequences += training.batch
    progress.recentBits += bits
    progress.recentWrongBits += executor.wrongBits.reduce(0) { $0 + Int($1) }
    return bits / Double(training.batch)
  }

  /// The batch's loss in nats, and its gradient, clipped.
  private func makeGradient(
    with executor: TrainingExecutor, timedBy watch: inout Stopwatch?
  ) throws(DivergedTraining) -> Double {
    if progress.sequences >= training.rolledMemory.after { memoryRoll?.roll(using: &data) }
    defer { memoryRoll?.rollBack() }
    let loss = executor.lossAndGradient(batch, into: gradient)
    times?.gradient += watch?.lap() ?? 0
    if training.reduction == .mean, training.batch > 1 {
      clipper.scale(by: 1 / Float(training.batch))
    }
    let length = clipper.apply()
    guard loss.isFinite, length.isFinite else {
      throw diverged(executor, beyond: .greatestFiniteMagnitude)
    }
    guard progress.updates < Self.patience || loss <= Self.mostNats * Double(training.batch) else {
      throw diverged(executor, beyond: Self.greatestNumber)
    }
    return loss
  }

  private func drawBatch() {
    guard training.quietShare > 0, let task = task as? any TaskWithSilence else {
      return task.fill(&batch, count: training.batch, using: &data)
    }
    task.fill(
      &batch, count: training.batch, quietShare: training.quietShare, using: &data)
  }

  /// Measures from now on what steps spend their time on.
  public func measure() {
    executor.measure()
    tightExecutor?.measure()
    times = StepTimes()
  }

  /// What was measured of the gradient's operations since `measure()`.
  public var operationTimes: [OperationTime] {
    (tightExecutor?.times ?? []).reduce(into: executor.times) { $0.add($1) }
  }

  /// ln 2.
  package static let natsPerBit = 0.693_147_180_559_945_309

  /// Training has diverged where a sequence costs more nats than this: with weights as large as a rate of 1e6
  /// makes them, costs of 1e17 may stay finite for ever.
  package static let mostNats = 1e9
  /// But not in the first updates: most such runs soon meet a number that is not finite, which says more.
  package static let patience = 500
  /// What is then named is the first number beyond this.
  private static let greatestNumber: Float = 1e6

  private func diverged(_ executor: TrainingExecutor, beyond limit: Float) -> DivergedTraining {
    DivergedTraining(
      update: progress.updates + 1, sequences: progress.sequences,
      value: executor.firstNonFinite(in: batch, beyond: limit))
  }
}

/// A training step that met a number that is not finite, or a cost beyond all measure.
public struct DivergedTraining: Error, Sendable, Equatable, CustomStringConvertible {
  /// Which update it would have been, from 1.
  public let update: Int
  /// Sequences trained on before.
  public let sequences: Int
  /// Where it appeared first; nil where no single number stands out.
  public let value: NonFiniteValue?

  public var description: String {
    let place = value?.description ?? "the loss or the gradient as a whole is beyond all measure"
    return "training stopped at update \(update), after \(sequences) sequences: \(place); "
      + "the parameters before this update are kept; try a smaller learning rate"
  }
}
