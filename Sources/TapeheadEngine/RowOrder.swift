// The rows of a micro-batch are independent, so a run of instructions may go over all rows one by
// one, or take row 0 through all of them, then row 1, and so on. Bits are the same either way.

/// Which instructions of a section take all rows in one call.
enum RowOrder {
  /// Bytes that stay in a first-level cache beside what passes through it.
  static let cacheBytes = 24 * 1024

  /// By instruction: whether it takes all rows in one call.
  ///
  /// Products with a matrix that all rows share do, for they read it once for all. Others are taken row
  /// by row, if what they work on for all rows is more than the cache holds.
  static func together(
    _ instructions: [Plan.Instruction], rows: Int, in program: Program
  ) -> [Bool] {
    var together = instructions.map(\.call.sharesMatrix)
    var start = 0
    while start < instructions.count {
      guard !together[start] else {
        start += 1
        continue
      }
      let end = together[start...].firstIndex(of: true) ?? instructions.count
      if bytes(of: instructions[start..<end], in: program) * rows <= cacheBytes {
        for index in start..<end { together[index] = true }
      }
      start = end
    }
    return together
  }

  /// Bytes of one row of all values that the instructions touch.
  private static func bytes(of instructions: ArraySlice<Plan.Instruction>, in program: Program)
    -> Int
  {
    let touched = instructions.flatMap { $0.reads + $0.writes.map(\.value) }
    let roots = Set(touched.map { program.root(of: $0).root })
    return roots.reduce(0) { sum, id in
      switch program.values[id].origin {
      case .parameter, .constant: sum
      default: sum + MemoryLayout<Float>.stride * paddedToVector(program.values[id].shape.count)
      }
    }
  }
}
