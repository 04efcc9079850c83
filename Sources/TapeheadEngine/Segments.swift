// A sequence cut into segments: of those before the last, only the state before the first step is kept,
// and the steps are computed once more on the way back. With segments of √T steps, what is kept
// grows with √T (Chen & others 2016, arXiv:1604.06174).

/// The steps of a sequence, cut into segments of one length; the last may be shorter.
struct Segments: Sendable, Equatable {
  let steps: Int
  /// Steps of all segments but the last.
  let length: Int

  /// All steps in one segment or, to be computed again, segments of √steps, rounded up.
  init(steps: Int, recomputing: Bool) {
    self.steps = steps
    var length = steps
    if recomputing {
      length = Int(Double(steps).squareRoot())
      while length * length < steps { length += 1 }
    }
    self.length = length
  }

  /// Segments of a length.
  init(steps: Int, length: Int) {
    self.steps = steps
    self.length = length
  }

  var count: Int { length == 0 ? 1 : (steps + length - 1) / length }

  subscript(index: Int) -> Range<Int> {
    index * length..<min((index + 1) * length, steps)
  }
}
