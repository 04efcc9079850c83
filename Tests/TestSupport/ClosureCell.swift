package import TapeheadEngine

/// A cell written in place: its states are named "state 0", "state 1", ….
package struct ClosureCell: Cell {
  package typealias Step =
    @Sendable (_ states: [Value], _ input: Value) -> (
      states: [Value], output: Value
    )

  package struct State: CellState {
    package var values: [Value]

    package mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      for index in values.indices { body("state \(index)", &values[index]) }
    }
  }

  package let inputSize: Int
  package let outputSize: Int
  private let first: @Sendable (Trace) -> [Value]
  private let oneStep: Step

  package init(
    inputs: Int, outputs: Int, first: @escaping @Sendable (Trace) -> [Value],
    step: @escaping Step
  ) {
    self.inputSize = inputs
    self.outputSize = outputs
    self.first = first
    self.oneStep = step
  }

  /// A cell that carries nothing from step to step.
  package static func stateless(
    inputs: Int, outputs: Int, _ output: @escaping @Sendable (_ input: Value) -> Value
  ) -> ClosureCell {
    ClosureCell(inputs: inputs, outputs: outputs, first: { _ in [] }) { _, input in
      ([], output(input))
    }
  }

  package func initialState(in trace: Trace) -> State { State(values: first(trace)) }

  package func step(_ state: State, _ input: Value) -> (state: State, output: Value) {
    let (states, output) = oneStep(state.values, input)
    return (State(values: states), output)
  }
}

extension Objective {
  /// The cell's output, one number, is the loss itself, times the step's weight.
  package static let output = Objective { output, _, _, weight in
    output.reshaped(to: [1]).dot(weight)
  }
}
