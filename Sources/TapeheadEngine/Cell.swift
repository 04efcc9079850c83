/// A network written for one sequence and one time step; the engine adds batch, time and gradient.
///
/// A cell is an immutable record of parameters. Its state goes in and comes out.
public protocol Cell: Sendable {
  associatedtype State: CellState

  /// Numbers in one step's input.
  var inputSize: Int { get }
  /// Numbers in one step's output: logits, where the loss is a cross-entropy.
  var outputSize: Int { get }

  /// The state before the first step.
  func initialState(in trace: Trace) -> State

  /// One time step.
  func step(_ state: State, _ input: Value) -> (state: State, output: Value)
}

/// The values that a cell carries from one step to the next, in a fixed order, each with a name.
public protocol CellState {
  /// Visits every value once, always in the same order; the body may replace it.
  mutating func forEachValue(_ body: (_ name: String, _ value: inout Value) -> Void)
}

/// No state at all.
public struct Stateless: CellState {
  public init() {}
  public mutating func forEachValue(_ body: (_ name: String, _ value: inout Value) -> Void) {}
}

extension Array where Element: CellState {
  /// Visits the values of every element, with the element's number before the name.
  public mutating func forEachValue(
    named prefix: String, _ body: (_ name: String, _ value: inout Value) -> Void
  ) {
    for index in indices {
      self[index].forEachValue { name, value in body("\(prefix) \(index)/\(name)", &value) }
    }
  }
}

/// What makes the loss of one step, `[1]` in nats, from its output `[outputs]`, its targets `[targetSize]` and its
/// weight `[1]`.
public struct Objective: Sendable {
  package let loss:
    @Sendable (_ output: Value, _ states: [Value], _ targets: Value, _ weight: Value) -> Value

  /// Σ of the binary cross-entropies of the output as logits, in nats, times the step's weight.
  public static let binaryCrossEntropy = Objective { output, _, targets, weight in
    output.binaryCrossEntropy(targets: targets, weight: weight)
  }

  /// Σ over groups of the softmax cross-entropy of the output as logits, in nats, times the step's weight.
  public static func softmaxCrossEntropy(group: Int) -> Objective {
    Objective { output, _, targets, weight in
      output.softmaxCrossEntropy(targets: targets, weight: weight, group: group)
    }
  }

  /// An objective of one's own; `states` are the values that the step leaves, in the state's order.
  ///
  /// The loss must be 0, with a gradient of 0, where the weight is: sequences that are trained side by side run on
  /// with zeros, also for the weight, until the longest of them ends.
  public init(
    loss:
      @escaping @Sendable (
        _ output: Value, _ states: [Value], _ targets: Value, _ weight: Value
      ) -> Value
  ) {
    self.loss = loss
  }
}
