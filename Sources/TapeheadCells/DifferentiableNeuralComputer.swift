public import TapeheadEngine

/// The Differentiable Neural Computer (Graves, Wayne & others 2016, Nature 538:471).
public struct DifferentiableNeuralComputer: Cell {
  public struct Configuration: Sendable, Hashable, Codable {
    public var controller: ControllerConfiguration
    /// N.
    public var slots: Int
    /// W.
    public var width: Int
    /// R.
    public var readHeads: Int
    /// One in the paper; with more, they allocate in turn, and each has links of its own.
    public var writeHeads: Int
    /// All links, N² numbers a step and write head, or the largest to each slot.
    public var links: Links.Kind
    /// K, how many links sparse ones keep to each slot; 8 suffice (the paper's methods).
    public var linkEntries: Int
    public var conventions: DNCConventions

    public init(
      controller: ControllerConfiguration = ControllerConfiguration(), slots: Int = 128,
      width: Int = 20, readHeads: Int = 1, writeHeads: Int = 1,
      links: Links.Kind = .exact, linkEntries: Int = 8,
      conventions: DNCConventions = .graves2016
    ) {
      self.controller = controller
      self.slots = slots
      self.width = width
      self.readHeads = readHeads
      self.writeHeads = writeHeads
      self.links = links
      self.linkEntries = linkEntries
      self.conventions = conventions
    }

    /// Reads the settings; those of the links came later than the others, and may be missing.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        controller: try container.decode(ControllerConfiguration.self, forKey: .controller),
        slots: try container.decode(Int.self, forKey: .slots),
        width: try container.decode(Int.self, forKey: .width),
        readHeads: try container.decode(Int.self, forKey: .readHeads),
        writeHeads: try container.decode(Int.self, forKey: .writeHeads),
        links: try container.decodeIfPresent(Links.Kind.self, forKey: .links) ?? .exact,
        linkEntries: try container.decodeIfPresent(Int.self, forKey: .linkEntries) ?? 8,
        conventions: try container.decode(DNCConventions.self, forKey: .conventions))
    }
  }

  public struct State: CellState {
    public var controller: Controller.State
    /// M, `[W, N]`.
    public var memory: Value
    /// u, `[N]`.
    public var usage: Value
    public var writeHeads: [WriteHead]
    /// w^r, `[R, N]`.
    public var readWeightings: Value
    /// r, `[R, W]`.
    public var reads: Value

    public struct WriteHead: CellState {
      /// w^w, `[N]`.
      public var weighting: Value
      public var order: TemporalLinks

      public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
        body("weighting", &weighting)
        order.forEachValue(body)
      }
    }

    public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      controller.forEachValue { body("controller/" + $0, &$1) }
      body("memory", &memory)
      body("usage", &usage)
      writeHeads.forEachValue(named: "write head", body)
      body("read weightings", &readWeightings)
      body("reads", &reads)
    }
  }

  public let configuration: Configuration
  public let inputSize: Int
  public let outputSize: Int
  private let controller: Controller
  private let interface: Linear
  private let layout: DNCInterfaceLayout
  private let output: Linear

  public init(
    _ configuration: Configuration, inputs: Int, outputs: Int, in parameters: inout ParameterList
  ) {
    let readSize = configuration.readHeads * configuration.width
    self.configuration = configuration
    self.inputSize = inputs
    self.outputSize = outputs
    self.controller = Controller(
      configuration.controller, inputs: inputs + readSize,
      forgetBias: configuration.conventions.forgetBias, firstState: .zero, in: &parameters)
    self.layout = DNCInterfaceLayout(
      width: configuration.width, readHeads: configuration.readHeads,
      writeHeads: configuration.writeHeads, conventions: configuration.conventions)
    self.interface = Linear(
      "interface", inputs: controller.outputSize, outputs: layout.size, in: &parameters)
    self.output = Linear(
      "output", inputs: controller.outputSize + readSize, outputs: outputs, in: &parameters)
  }

  /// All of it starts at zero.
  public func initialState(in trace: Trace) -> State {
    let (slots, width) = (configuration.slots, configuration.width)
    let reads = configuration.readHeads
    func zeros(_ shape: Shape) -> Value { trace.constant(0, shape: shape) }
    return State(
      controller: controller.initialState(in: trace), memory: zeros([width, slots]),
      usage: zeros([slots]),
      writeHeads: (0..<configuration.writeHeads).map { _ in
        State.WriteHead(
          weighting: zeros([slots]),
          order: TemporalLinks(
            precedence: zeros([slots]),
            links: .none(
              configuration.links, slots: slots, entries: configuration.linkEntries, in: trace)))
      },
      readWeightings: zeros([reads, slots]), reads: zeros([reads, width]))
  }

  public func step(_ state: State, _ input: Value) -> (state: State, output: Value) {
    let conventions = configuration.conventions
    var next = state
    // h_t from x_t and r_{t−1}, then ξ_t
    var hidden: Value
    (next.controller, hidden) = controller.step(
      state.controller, concatenate([input, state.reads]))
    next.controller.forEachValue { _, value in value = clipped(value) }
    hidden = clipped(hidden)
    let interface = layout.interface(from: self.interface(hidden).tapped("interface"))
    interface.tapWriteHeads()

    // u_t and a_t
    let retention = interface.retention(of: state.readWeightings)
    next.usage = state.usage(retaining: retention, conventions)
    let allocations = interface.allocations(usage: next.usage, conventions)

    // w_t^w, and M_t = M_{t−1} ∘ (1 − w_t^w e_tᵀ) + w_t^w v_tᵀ
    let weightings = interface.writeWeightings(
      allocations: allocations, memory: LookupMemory(state.memory, conventions))
    let kept =
      conventions.wipesFreedSlots ? state.memory.slotsScaled(by: retention) : state.memory
    next.memory = kept.written(
      weighting: rows(weightings), erase: interface.erase, add: interface.write
    ).tapped("memory")

    // L_t and p_t, f_t and b_t
    var directions: [Directions] = []
    for (head, weighting) in weightings.enumerated() {
      next.writeHeads[head].weighting = weighting
      input.trace(in: "write head \(head)") {
        let (order, found) = state.writeHeads[head].order.updated(
          writing: weighting, from: state.readWeightings)
        next.writeHeads[head].order = order
        directions.append(found)
      }
    }

    // w_t^r and r_t = M_tᵀ w_t^r
    next.readWeightings = interface.readWeightings(
      directions: directions, memory: LookupMemory(next.memory, conventions), conventions)
    next.reads = next.memory.read(next.readWeightings)
    interface.tapReadHeads(next)

    // y_t = W_y h_t + W_r r_t
    return (next, clipped(output(concatenate([hidden, next.reads]))))
  }

  private func clipped(_ value: Value) -> Value {
    let clip = configuration.conventions.activationClip
    return clip > 0 ? value.clamped(-clip, clip) : value
  }
}
