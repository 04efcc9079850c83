public import TapeheadEngine

/// What kind of network drives the heads, and how large it is.
public struct ControllerConfiguration: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case lstm, feedforward
  }

  public var kind: Kind
  /// Units of each layer.
  public var units: Int
  public var layers: Int
  /// Whether, in an LSTM, the input reaches every layer and every layer reaches the heads.
  public var skips: Bool

  public init(kind: Kind = .lstm, units: Int = 100, layers: Int = 1, skips: Bool = true) {
    self.kind = kind
    self.units = units
    self.layers = layers
    self.skips = skips
  }
}

/// The network that sees the input and the previous reads, and drives the heads.
public enum Controller: Sendable {
  case lstm(LSTMStack)
  /// Layers of tanh units.
  case feedforward([Linear])

  public struct State: CellState {
    public var lstm: LSTMStack.State?

    public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      lstm?.forEachValue(body)
    }
  }

  public init(
    _ configuration: ControllerConfiguration, inputs: Int, forgetBias: Float,
    firstState: FirstState, in parameters: inout ParameterList
  ) {
    let (units, layers) = (configuration.units, configuration.layers)
    self = parameters.scope("controller") { parameters in
      switch configuration.kind {
      case .lstm:
        return .lstm(
          LSTMStack(
            inputs: inputs, units: units, layers: layers, skips: configuration.skips,
            forgetBias: forgetBias, firstState: firstState, in: &parameters))
      case .feedforward:
        return .feedforward(
          (0..<layers).map {
            Linear(
              "layer \($0)", inputs: $0 == 0 ? inputs : units, outputs: units, in: &parameters)
          })
      }
    }
  }

  /// Numbers in what `step` gives to the heads.
  public var outputSize: Int {
    switch self {
    case .lstm(let stack): stack.outputSize
    case .feedforward(let layers): layers.last?.bias.shape.count ?? 0
    }
  }

  public func initialState(in trace: Trace) -> State {
    switch self {
    case .lstm(let stack): State(lstm: stack.initialState(in: trace))
    case .feedforward: State(lstm: nil)
    }
  }

  public func step(_ state: State, _ input: Value) -> (state: State, output: Value) {
    input.trace(in: "controller") {
      switch (self, state.lstm) {
      case (.lstm(let stack), .some(let old)):
        let (new, output) = stack.step(old, input)
        return (State(lstm: new), output)
      case (.feedforward(let layers), _):
        return (state, layers.reduce(input) { $1($0).tanh() })
      case (.lstm, .none):
        preconditionFailure("an LSTM controller has a state")
      }
    }
  }
}
