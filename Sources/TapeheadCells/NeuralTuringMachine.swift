public import TapeheadEngine

/// The Neural Turing Machine (Graves, Wayne & Danihelka 2014, arXiv:1410.5401).
public struct NeuralTuringMachine: Cell {
  public struct Configuration: Sendable, Hashable, Codable {
    public var controller: ControllerConfiguration
    /// N.
    public var slots: Int
    /// M.
    public var width: Int
    public var readHeads: Int
    public var writeHeads: Int
    /// How many shifts a head can choose from: an odd number, 3 for −1, 0 and +1.
    public var shifts: Int
    public var conventions: Conventions

    public init(
      controller: ControllerConfiguration = ControllerConfiguration(), slots: Int = 128,
      width: Int = 20, readHeads: Int = 1, writeHeads: Int = 1, shifts: Int = 3,
      conventions: Conventions = .tapehead
    ) {
      self.controller = controller
      self.slots = slots
      self.width = width
      self.readHeads = readHeads
      self.writeHeads = writeHeads
      self.shifts = shifts
      self.conventions = conventions
    }
  }

  public struct State: CellState {
    public var controller: Controller.State
    /// `[M, N]`.
    public var memory: Value
    public var readHeads: [ReadHead]
    public var writeHeads: [WriteHead]

    public struct ReadHead: CellState {
      /// `[N]`.
      public var weighting: Value
      /// r, `[M]`.
      public var read: Value

      public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
        body("weighting", &weighting)
        body("read", &read)
      }
    }

    public struct WriteHead: CellState {
      /// `[N]`.
      public var weighting: Value

      public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
        body("weighting", &weighting)
      }
    }

    public mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      controller.forEachValue { body("controller/" + $0, &$1) }
      body("memory", &memory)
      readHeads.forEachValue(named: "read head", body)
      writeHeads.forEachValue(named: "write head", body)
    }
  }

  public let configuration: Configuration
  public let inputSize: Int
  public let outputSize: Int
  private let controller: Controller
  private let heads: Linear
  private let layout: HeadLayout
  private let output: Linear
  private let firstMemory: FirstMemoryValue
  private let firstReadWeightings: [FirstWeightingValue]
  private let firstWriteWeightings: [FirstWeightingValue]
  private let firstReads: [Parameter]

  public init(
    _ configuration: Configuration, inputs: Int, outputs: Int, in parameters: inout ParameterList
  ) {
    let (width, slots) = (configuration.width, configuration.slots)
    let conventions = configuration.conventions
    self.configuration = configuration
    self.inputSize = inputs
    self.outputSize = outputs
    self.controller = Controller(
      configuration.controller, inputs: inputs + configuration.readHeads * width,
      forgetBias: conventions.forgetBias, firstState: conventions.firstControllerState,
      in: &parameters)
    self.layout = HeadLayout(
      width: width, shifts: configuration.shifts, readHeads: configuration.readHeads,
      writeHeads: configuration.writeHeads, conventions: conventions)
    self.heads = Linear(
      "heads", inputs: controller.outputSize, outputs: layout.size, in: &parameters,
      bias: .values(layout.firstBias))
    self.output = Linear(
      "output", inputs: controller.outputSize + configuration.readHeads * width,
      outputs: outputs, in: &parameters)
    self.firstMemory = FirstMemoryValue(
      conventions.memory, width: width, slots: slots, in: &parameters)
    var readWeightings: [FirstWeightingValue] = []
    var reads: [Parameter] = []
    for head in 0..<configuration.readHeads {
      parameters.scope("read head \(head)") { parameters in
        readWeightings.append(
          FirstWeightingValue(conventions.firstWeighting, slots: slots, in: &parameters))
        reads.append(
          conventions.firstRead.declare("first read", shape: [width], in: &parameters))
      }
    }
    self.firstReadWeightings = readWeightings
    self.firstReads = reads
    self.firstWriteWeightings = (0..<configuration.writeHeads).map { head in
      parameters.scope("write head \(head)") {
        FirstWeightingValue(conventions.firstWeighting, slots: slots, in: &$0)
      }
    }
  }

  public func initialState(in trace: Trace) -> State {
    State(
      controller: controller.initialState(in: trace), memory: firstMemory(in: trace),
      readHeads: zip(firstReadWeightings, firstReads).map {
        State.ReadHead(weighting: $0(in: trace), read: trace.parameter($1))
      },
      writeHeads: firstWriteWeightings.map { State.WriteHead(weighting: $0(in: trace)) })
  }

  public func step(_ state: State, _ input: Value) -> (state: State, output: Value) {
    let conventions = configuration.conventions
    var next = state
    let reads = state.readHeads.map(\.read)
    var hidden: Value
    (next.controller, hidden) = controller.step(state.controller, concatenate([input] + reads))
    if conventions.controllerClip > 0 {
      hidden = hidden.clamped(-conventions.controllerClip, conventions.controllerClip)
    }
    let (readParameters, writeParameters) = layout.parameters(
      from: heads(hidden).tapped("heads"))
    var memory = AddressableMemory(state.memory, conventions)

    func read(_ head: Int) {
      input.trace(in: "read head \(head)") {
        let weighting = readParameters[head].weighting(
          over: memory, previous: state.readHeads[head].weighting, conventions)
        // r_t = Σᵢ w_t(i) M_t(i) (equation 2)
        let read = memory.contents.read(weighting).tapped("read")
        next.readHeads[head] = State.ReadHead(weighting: weighting, read: read)
      }
    }
    func write(_ heads: Range<Int>) {
      for head in heads {
        input.trace(in: "write head \(head)") {
          let parameters = writeParameters[head]
          next.writeHeads[head].weighting = parameters.addressing.weighting(
            over: memory, previous: state.writeHeads[head].weighting, conventions)
          parameters.erase.tapped("erase")
          parameters.add.tapped("add")
        }
      }
      // M_t(i) = M_{t−1}(i) (1 − w_t(i) e_t) + w_t(i) a_t (equations 3 and 4)
      next.memory = memory.contents.written(
        weighting: stacked(next.writeHeads[heads].map(\.weighting)),
        erase: stacked(writeParameters[heads].map(\.erase)),
        add: stacked(writeParameters[heads].map(\.add)))
    }

    let (readHeads, writeHeads) = (state.readHeads.count, state.writeHeads.count)
    switch conventions.headOrder {
    case .together:
      for head in 0..<readHeads { read(head) }
      write(0..<writeHeads)
    case .writesFirst:
      write(0..<writeHeads)
      memory = AddressableMemory(next.memory, conventions)
      for head in 0..<readHeads { read(head) }
    case .alternating:
      for head in 0..<max(readHeads, writeHeads) {
        if head < readHeads { read(head) }
        guard head < writeHeads else { continue }
        write(head..<(head + 1))
        if head + 1 < readHeads || head + 1 < writeHeads {
          memory = AddressableMemory(next.memory, conventions)
        }
      }
    }
    next.memory.tapped("memory")
    return (next, output(concatenate([hidden] + next.readHeads.map(\.read))))
  }
}

/// Several vectors as the rows of one matrix; one vector stays as it is.
private func stacked(_ vectors: [Value]) -> Value {
  guard vectors.count > 1 else { return vectors[0] }
  return concatenate(vectors).reshaped(to: [vectors.count, vectors[0].count])
}
