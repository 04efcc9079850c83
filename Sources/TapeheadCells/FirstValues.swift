import TapeheadEngine

// What a sequence starts from, as the conventions say. A memory may use fewer slots than its parameters
// are declared for, the first ones.

/// The memory before the first step, `[M, N]`.
struct FirstMemoryValue: Sendable {
  private let parameter: Parameter
  private let squashed: Bool
  private let used: Int

  init(
    _ choice: FirstMemory, width: Int, slots: Int, used: Int, in parameters: inout ParameterList
  ) {
    self.used = used
    self.squashed = choice.squashed && choice.initial != .constant
    self.parameter = parameters.declare(
      NeuralTuringMachine.firstMemoryName, shape: [width, slots],
      initialisation: choice.initial == .constant
        ? .constant(choice.value) : .normal(deviation: choice.deviation),
      trained: choice.initial == .learned || choice.trained)
  }

  func callAsFunction(in trace: Trace) -> Value {
    let whole = trace.parameter(parameter)
    let (width, slots) = (whole.shape.dimensions[0], whole.shape.dimensions[1])
    let value =
      used == slots
      ? whole : rows((0..<width).map { whole.slice(from: $0 * slots, count: used) })
    return squashed ? value.tanh() : value
  }
}

/// The weighting of one head before the first step, `[N]`.
struct FirstWeightingValue: Sendable {
  /// The share of slot 0 under `FirstWeighting.firstSlot`.
  static let firstSlotShare: Float = 0.9

  private let choice: FirstWeighting
  private let used: Int
  /// Starts a little uneven: from an even weighting, slots that hold the same would stay the same.
  ///
  /// The bound is Glorot's for one input, as in Collier & Beel's program.
  private let learned: Parameter?

  init(_ choice: FirstWeighting, slots: Int, used: Int, in parameters: inout ParameterList) {
    self.choice = choice
    self.used = used
    self.learned =
      choice == .learned
      ? parameters.declare(
        "first weighting", shape: [slots],
        initialisation: .uniform((6 / Float(1 + slots)).squareRoot())) : nil
  }

  func callAsFunction(in trace: Trace) -> Value {
    if let learned { return trace.parameter(learned).slice(from: 0, count: used).softmax() }
    switch choice {
    case .firstSlot where used > 1:
      let rest = (1 - Self.firstSlotShare) / Float(used - 1)
      let numbers = [Self.firstSlotShare] + Array(repeating: rest, count: used - 1)
      return trace.constant(numbers, shape: [used])
    case .zero: return trace.constant(0, shape: [used])
    case .firstSlot, .uniform, .learned:
      return trace.constant(1 / Float(used), shape: [used])
    }
  }
}
