public import TapeheadEngine

/// The baseline of the NTM paper (section 4): a deep LSTM with skip connections.
///
/// The input reaches every layer, every layer reaches the output, and the first h and c are learned;
/// so its parameter counts are those of the paper's tables 1 to 3.
public struct LSTM: Cell {
  public struct Configuration: Sendable, Hashable, Codable {
    public var units: Int
    public var layers: Int
    /// Whether the input reaches every layer and every layer the output.
    public var skips: Bool
    /// The first bias of the forget gates.
    public var forgetBias: Float
    public var firstState: FirstState

    public init(
      units: Int = 256, layers: Int = 3, skips: Bool = true, forgetBias: Float = 1,
      firstState: FirstState = .learned
    ) {
      self.units = units
      self.layers = layers
      self.skips = skips
      self.forgetBias = forgetBias
      self.firstState = firstState
    }
  }

  public let inputSize: Int
  public let outputSize: Int
  private let stack: LSTMStack
  private let output: Linear

  public init(
    _ configuration: Configuration, inputs: Int, outputs: Int, in parameters: inout ParameterList
  ) {
    self.inputSize = inputs
    self.outputSize = outputs
    self.stack = LSTMStack(
      inputs: inputs, units: configuration.units, layers: configuration.layers,
      skips: configuration.skips, forgetBias: configuration.forgetBias,
      firstState: configuration.firstState, in: &parameters)
    self.output = Linear("output", inputs: stack.outputSize, outputs: outputs, in: &parameters)
  }

  public func initialState(in trace: Trace) -> LSTMStack.State { stack.initialState(in: trace) }

  public func step(
    _ state: LSTMStack.State, _ input: Value
  ) -> (state: LSTMStack.State, output: Value) {
    let (next, hidden) = stack.step(state, input)
    return (next, output(hidden))
  }
}
