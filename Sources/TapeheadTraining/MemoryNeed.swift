import TapeheadEngine

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

extension Trainer {
  /// What a run of this trainer takes, evaluated on so many threads.
  public func memoryNeed(threads: Int) -> MemoryNeed {
    let stored = parameters.bytes * stores.count
    let largest = parameters.list.all.map(\.shape.count).max() ?? 0
    let float = MemoryLayout<Float>.stride
    return MemoryNeed(
      arenas: arenaBytes, parameters: parameterBytes,
      constants: program.constants.reduce(0) { $0 + $1.count } * float,
      evaluation: threads * Evaluation.arenaBytes(of: program),
      checkpoint: 2 * (stored + largest * float))
  }
}
