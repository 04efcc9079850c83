public import TapeheadEngine
import TapeheadTasks

/// The memory that a training run takes at its peak, in bytes, told before it starts.
public struct MemoryNeed: Sendable, Equatable {
  /// The arenas and gradients of all threads.
  public let arenas: Int
  /// The parameters, their gradient, and what the optimiser remembers.
  public let parameters: Int
  /// The first state and other constants, as the program holds them.
  public let constants: Int
  /// The arenas of an evaluation, which training looks with whether the task is solved.
  public let evaluation: Int
  /// A checkpoint while it is written: its tensors, and the file's bytes.
  public let checkpoint: Int

  /// All of it, beside what the program itself takes.
  public var total: Int { arenas + parameters + constants + evaluation + checkpoint }
}

/// A training run as it would be, planned and not begun.
public struct PlannedRun: Sendable {
  public let program: Program
  /// By which it is trained.
  public let plan: Plan
  public let need: MemoryNeed

  /// Plans a run on so many threads.
  ///
  /// - Throws: `SettingError` or `TraceError` when the configuration cannot be trained.
  public init(_ configuration: RunConfiguration, threads: Int) throws {
    try configuration.validate()
    let training = configuration.training
    let settings = training.execution(threads: threads, instructionSet: .fastest)
    let program = try configuration.program()
    let plan = program.trainingPlan(rows: settings.microBatch)
    let tight = try configuration.tightProgram()
    let plans = [plan] + (tight.map { [$0.trainingPlan(rows: settings.microBatch)] } ?? [])
    let float = MemoryLayout<Float>.stride
    let one = ParameterStore.bytes(program.parameters)
    let stored = 1 + (training.averagedShare > 0 ? 1 : 0) + training.optimiser.kind.moments.count
    let largest = program.parameters.all.map(\.shape.count).max() ?? 0
    self.program = program
    self.plan = plan
    self.need = MemoryNeed(
      arenas: plans.reduce(0) { sum, plan in
        sum + plan.trainingBytes(settings, longestSequence: configuration.task.task.longestSequence)
      },
      // Beside what a checkpoint holds there is the gradient.
      parameters: one * (stored + 1),
      constants: plans.reduce(0) { sum, plan in
        sum + plan.program.constants.reduce(0) { $0 + $1.count } * float
      },
      evaluation: threads * Evaluation.arenaBytes(of: program),
      checkpoint: 2 * (one * stored + largest * float))
  }
}

extension TrainingConfiguration {
  /// How the engine runs a batch: on no more threads than there are micro-batches.
  func execution(threads: Int, instructionSet: InstructionSet) -> ExecutionSettings {
    let rows = min(microBatch, batch)
    let chunks = (batch + rows - 1) / rows
    return ExecutionSettings(
      microBatch: rows, threads: min(threads, chunks), instructionSet: instructionSet,
      recomputes: recompute)
  }
}
