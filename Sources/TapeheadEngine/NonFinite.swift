/// The first value of a program that was not finite, or larger than it may be, and where it appeared.
public struct NonFiniteValue: Error, Sendable, Equatable, CustomStringConvertible {
  /// The value.
  public let number: Float
  /// The operation with its scope, as "read head 0/sharpen".
  public let operation: String
  /// Which sequence of the batch, from 0.
  public let sequence: Int
  /// Which time step, from 0.
  public let step: Int
  /// Whether it appeared on the way back.
  public let backward: Bool

  public var description: String {
    "\(operation)\(backward ? " (on the way back)" : "") was "
      + (number.isFinite ? "\(number)" : "not finite")
      + " at time step \(step) of sequence \(sequence)"
  }
}

extension Machine {
  /// Takes a micro-batch forward and back one instruction at a time, and stops at the first value that is not a
  /// number within ± a limit.
  func firstValue(
    beyond limit: Float, _ batch: BatchView, _ sequences: Slice<UnsafeBufferPointer<Int>>
  ) -> NonFiniteValue? {
    guard let first = sequences.first else { return nil }
    let steps = batch.lengths[first]
    reserve(Segments(steps: steps, recomputing: false))
    if let found = check(.initial, step: 0, sequences, limit) { return found }
    for step in 0..<steps {
      load(batch, sequences, step: step)
      if let found = check(.step, step: step, sequences, limit) { return found }
    }
    clearCotangents()
    for step in (0..<steps).reversed() {
      if let found = check(.stepBack, step: step, sequences, limit) { return found }
    }
    return check(.initialBack, step: 0, sequences, limit)
  }

  private func check(
    _ section: Trace.Section, step: Int, _ sequences: Slice<UnsafeBufferPointer<Int>>,
    _ limit: Float
  ) -> NonFiniteValue? {
    for (index, instruction) in plan.instructions(section).enumerated() {
      run(section, instruction: index, step: step, rows: sequences.count)
      for (value, place, count) in instruction.writes {
        let start = pointer(place, step: step)
        for (row, sequence) in sequences.enumerated() {
          let numbers = UnsafeBufferPointer(start: start + row * place.rowStride, count: count)
          guard let number = numbers.first(where: { !(abs($0) <= limit) }) else { continue }
          return NonFiniteValue(
            number: number, operation: plan.program.describe(value), sequence: sequence, step: step,
            backward: section == .stepBack || section == .initialBack)
        }
      }
    }
    return nil
  }
}
