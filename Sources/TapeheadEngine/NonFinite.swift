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
  ///
  /// With `recomputing` it takes no more memory than training that computes steps again does.
  func firstValue(
    beyond limit: Float, _ batch: BatchView, _ sequences: Slice<UnsafeBufferPointer<Int>>,
    recomputing: Bool
  ) -> NonFiniteValue? {
    guard let first = sequences.first else { return nil }
    func check(_ section: Trace.Section, step: Int, frame: Int) -> NonFiniteValue? {
      self.check(section, step: step, frame: frame, sequences, limit)
    }
    let segments = Segments(steps: batch.lengths[first], recomputing: recomputing)
    reserve(segments)
    if let found = check(.initial, step: 0, frame: 0) { return found }
    if segments.count > 1 { keepFirstState() }
    for index in 0..<segments.count {
      if index > 0 { restoreState(before: index) }
      for (frame, step) in segments[index].enumerated() {
        load(batch, sequences, step: step, frame: frame)
        if let found = check(.step, step: step, frame: frame) { return found }
      }
      if index + 1 < segments.count {
        keepState(before: index + 1, leftIn: segments[index].count - 1)
      }
    }
    clearCotangents()
    for index in (0..<segments.count).reversed() {
      if index + 1 < segments.count {
        restoreState(before: index)
        goForward(batch, sequences, segments[index])
      }
      for (frame, step) in segments[index].enumerated().reversed() {
        if let found = check(.stepBack, step: step, frame: frame) { return found }
      }
    }
    return check(.initialBack, step: 0, frame: 0)
  }

  private func check(
    _ section: Trace.Section, step: Int, frame: Int,
    _ sequences: Slice<UnsafeBufferPointer<Int>>, _ limit: Float
  ) -> NonFiniteValue? {
    for (index, instruction) in plan.instructions(section).enumerated() {
      run(section, instruction: index, step: frame, rows: sequences.count)
      for (value, place, count) in instruction.writes {
        let start = pointer(place, step: frame)
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
