/// Sequences of different lengths, one behind the other, as the executor reads them.
///
/// Step `t` of sequence `s` is row `starts[s] + t` of `inputs` (rows of `inputSize` floats), of
/// `targets` (rows of `targetSize`) and of `weights` (one float a step: what the step's loss counts
/// for, 0 where no output is asked for).
public struct SequenceBatch: Sendable, Equatable {
  public let inputSize: Int
  public let targetSize: Int
  public private(set) var starts: [Int] = []
  public private(set) var lengths: [Int] = []
  public var inputs: [Float] = []
  public var targets: [Float] = []
  public var weights: [Float] = []

  public init(inputSize: Int, targetSize: Int) {
    self.inputSize = inputSize
    self.targetSize = targetSize
  }

  /// How many sequences there are.
  public var count: Int { lengths.count }

  /// Steps of all sequences together.
  public var steps: Int { weights.count }

  /// Removes the sequences and keeps the storage, so that filling it again allocates nothing.
  public mutating func removeAll() {
    starts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    inputs.removeAll(keepingCapacity: true)
    targets.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
  }

  /// Appends a sequence of zeros (inputs, targets and weights) and returns its first row.
  public mutating func appendSequence(steps: Int) -> Int {
    precondition(steps > 0, "a sequence has at least one step")
    let start = self.steps
    starts.append(start)
    lengths.append(steps)
    inputs.append(contentsOf: repeatElement(0, count: steps * inputSize))
    targets.append(contentsOf: repeatElement(0, count: steps * targetSize))
    weights.append(contentsOf: repeatElement(0, count: steps))
    return start
  }

  /// Puts the numbers of all sequences in order: the longest first, equal ones as they stand.
  func sortLongestFirst(_ order: inout [Int]) {
    if order.count != count { order = Array(0..<count) }
    order.sort { lengths[$0] != lengths[$1] ? lengths[$0] > lengths[$1] : $0 < $1 }
  }

  /// Checks that the batch has what each step of a program is given; numbers too many would run past their places.
  func requireFit(_ program: Program) {
    let inputs = program.values[program.input].shape.count
    let targets = program.values[program.targets].shape.count
    precondition(
      inputSize == inputs && targetSize == targets,
      "a step of the program takes \(inputs) inputs and \(targets) targets, one of the batch has "
        + "\(inputSize) and \(targetSize)")
    precondition(
      self.inputs.count == steps * inputSize && self.targets.count == steps * targetSize,
      "a batch has a row of inputs and one of targets for every step")
  }

  /// Lends the executor's loops what they read, without a count of references at every step.
  func withView<Result>(_ body: (BatchView) throws -> Result) rethrows -> Result {
    try starts.withUnsafeBufferPointer { starts in
      try lengths.withUnsafeBufferPointer { lengths in
        try inputs.withUnsafeBufferPointer { inputs in
          try targets.withUnsafeBufferPointer { targets in
            try weights.withUnsafeBufferPointer { weights in
              try body(
                BatchView(
                  inputSize: inputSize, targetSize: targetSize, starts: starts, lengths: lengths,
                  inputs: inputs, targets: targets, weights: weights))
            }
          }
        }
      }
    }
  }
}

/// A batch as it stands in memory, for as long as `withView` lends it.
struct BatchView {
  let inputSize: Int
  let targetSize: Int
  let starts: UnsafeBufferPointer<Int>
  let lengths: UnsafeBufferPointer<Int>
  let inputs: UnsafeBufferPointer<Float>
  let targets: UnsafeBufferPointer<Float>
  let weights: UnsafeBufferPointer<Float>

  static var none: BatchView {
    BatchView(
      inputSize: 0, targetSize: 0, starts: .init(start: nil, count: 0),
      lengths: .init(start: nil, count: 0), inputs: .init(start: nil, count: 0),
      targets: .init(start: nil, count: 0), weights: .init(start: nil, count: 0))
  }

  /// How many of a step's logits, one for each target, lie on the wrong side of theirs; 0 where the step does not
  /// count.
  func wrongBits(_ logits: UnsafePointer<Float>, at row: Int) -> Int {
    guard weights[row] != 0 else { return 0 }
    var wrong = 0
    for index in 0..<targetSize
    where (logits[index] > 0) != (targets[row * targetSize + index] > 0.5) {
      wrong += 1
    }
    return wrong
  }
}
