public import TapeheadEngine

/// Layers of long short-term memory, one on the other.
///
/// Layer l finds the input (if `skips`, or for l = 0), the hidden units of layer l − 1 at the same step,
/// and its own of the step before. One bias for each gate unit, no peepholes; the parts of a layer's
/// sums are i, f, g, o.
public struct LSTMStack: Sendable {
  public struct State: CellState {
    public var layers: [Layer]

    public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      layers.forEachValue(named: "layer", body)
    }
  }

  /// The hidden units h and the cells c of one layer.
  public struct Layer: CellState {
    public var hidden: Value
    public var cells: Value

    public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      body("hidden", &hidden)
      body("cells", &cells)
    }
  }

  public let units: Int
  /// Whether the input reaches every layer and every layer reaches the output.
  public let skips: Bool
  private let layers: [Linear]
  private let first: [(hidden: Parameter, cells: Parameter)]

  public init(
    inputs: Int, units: Int, layers: Int, skips: Bool, forgetBias: Float,
    firstState: FirstState, in parameters: inout ParameterList
  ) {
    self.units = units
    self.skips = skips
    var maps: [Linear] = []
    var first: [(hidden: Parameter, cells: Parameter)] = []
    for layer in 0..<layers {
      let below = layer == 0 ? inputs : units + (skips ? inputs : 0)
      let bias = (0..<4 * units).map { (units..<2 * units).contains($0) ? forgetBias : 0 }
      parameters.scope("layer \(layer)") { parameters in
        maps.append(
          Linear(
            "gates", inputs: below + units, outputs: 4 * units, in: &parameters,
            bias: .values(bias)))
        first.append(
          (
            firstState.declare("first hidden", shape: [units], in: &parameters),
            firstState.declare("first cells", shape: [units], in: &parameters)
          ))
      }
    }
    self.layers = maps
    self.first = first
  }

  /// Numbers in what `step` gives to the next stage.
  public var outputSize: Int { skips ? units * layers.count : units }

  public func initialState(in trace: Trace) -> State {
    State(
      layers: first.map {
        Layer(hidden: trace.parameter($0.hidden), cells: trace.parameter($0.cells))
      })
  }

  /// One time step; the output joins the hidden units of all layers, or is those of the last.
  public func step(_ state: State, _ input: Value) -> (state: State, output: Value) {
    var next: [Layer] = []
    for (index, map) in layers.enumerated() {
      let old = state.layers[index]
      let below = next.last.map { skips ? [input, $0.hidden] : [$0.hidden] } ?? [input]
      next.append(
        input.trace(in: "layer \(index)") {
          // What comes from a layer below is known for all steps before this layer starts.
          let sums =
            index > 0
            ? map(concatenate(below), old.hidden) : map(concatenate(below + [old.hidden]))
          let (cells, hidden) = sums.lstmGates(cells: old.cells)
          hidden.tapped("hidden")
          cells.tapped("cells")
          return Layer(hidden: hidden, cells: cells)
        })
    }
    let output = skips ? concatenate(next.map(\.hidden)) : next[next.count - 1].hidden
    return (State(layers: next), output)
  }
}

/// What a state starts from.
public enum FirstState: String, Sendable, Codable, CaseIterable {
  case zero
  /// Learned, from zero on.
  case learned
  /// Drawn at initialisation and then fixed.
  case random

  /// The standard deviation of what is drawn.
  public static let randomDeviation: Float = 0.01

  func declare(_ name: String, shape: Shape, in parameters: inout ParameterList) -> Parameter {
    parameters.declare(
      name, shape: shape,
      initialisation: self == .random ? .normal(deviation: Self.randomDeviation) : .constant(0),
      trained: self == .learned)
  }
}
