import TapeheadEngine

// What a sequence starts from, as the conventions say.

/// The memory before the first step, `[M, N]`.
struct FirstMemoryValue: Sendable {
  private let parameter: Parameter
  private let squashed: Bool

  init(_ choice: FirstMemory, width: Int, slots: Int, in parameters: inout ParameterList) {
    self.squashed = choice.squashed && choice.initial != .constant
    self.parameter = parameters.declare(
      "first memory", shape: [width, slots],
      initialisation: choice.initial == .constant
        ? .constant(choice.value) : .normal(deviation: choice.deviation),
      trained: choice.initial == .learned || choice.trained)
  }

  func callAsFunction(in trace: Trace) -> Value {
    let value = trace.parameter(parameter)
    return squashed ? value.tanh() : value
  }
}

/// The weighting of one head before the first step, `[N]`.
struct FirstWeightingValue: Sendable {
  /// The share of slot 0 under `FirstWeighting.firstSlot`.
  static let firstSlotShare: Float = 0.9

  private let choice: FirstWeighting
  private let slots: Int
  /// Starts a little uneven: from an even weighting, slots that hold the same would stay the same.
  ///
  /// The bound is Glorot's for one input, as in Collier & Beel's program.
  private let learned: Parameter?

  init(_ choice: FirstWeighting, slots: Int, in parameters: inout ParameterList) {
    self.choice = choice
    self.slots = slots
    self.learned =
      choice == .learned
      ? parameters.declare(
        "first weighting", shape: [slots],
        initialisation: .uniform((6 / Float(1 + slots)).squareRoot())) : nil
  }

  func callAsFunction(in trace: Trace) -> Value {
    if let learned { return trace.parameter(learned).softmax() }
    switch choice {
    case .firstSlot where slots > 1:
      let rest = (1 - Self.firstSlotShare) / Float(slots - 1)
      let numbers = [Self.firstSlotShare] + Array(repeating: rest, count: slots - 1)
      return trace.constant(numbers, shape: [slots])
    case .zero: return trace.constant(0, shape: [slots])
    case .firstSlot, .uniform, .learned:
      return trace.constant(1 / Float(slots), shape: [slots])
    }
  }
}
