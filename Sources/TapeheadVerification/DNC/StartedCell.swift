import TapeheadEngine

/// A cell whose first state is made of parameters, so that it can be given and has a gradient.
struct StartedCell<Base: Cell>: Cell {
  let base: Base
  /// By the name of the state's value.
  let first: [String: Parameter]

  var inputSize: Int { base.inputSize }
  var outputSize: Int { base.outputSize }

  /// Declares the first state, which is zero until it is given.
  init(_ base: Base, in parameters: inout ParameterList) {
    self.base = base
    var shapes: [(name: String, shape: Shape)] = []
    var state = base.initialState(in: Trace(parameters: parameters))
    state.forEachValue { shapes.append(($0, $1.shape)) }
    var first: [String: Parameter] = [:]
    for (name, shape) in shapes {
      first[name] = parameters.declare(
        "first \(name)", shape: shape, initialisation: .constant(0))
    }
    self.first = first
  }

  func initialState(in trace: Trace) -> Base.State {
    var state = base.initialState(in: trace)
    state.forEachValue { name, value in
      if let parameter = first[name] { value = trace.parameter(parameter) }
    }
    return state
  }

  func step(_ state: Base.State, _ input: Value) -> (state: Base.State, output: Value) {
    base.step(state, input)
  }
}
