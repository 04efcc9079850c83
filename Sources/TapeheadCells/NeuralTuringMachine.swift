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

  /// The parameter, `[M, N]`, that holds the memory before the first step.
  package static let firstMemoryName = "first memory"

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

  /// Declares the parameters.
  ///
  /// - Parameters:
  ///   - configuration: Its sizes and conventions.
  ///   - inputs: Numbers that come in at each step.
  ///   - outputs: Numbers that go out.
  ///   - used: How many of the memory's slots are there, the first ones; the parameters are the same
  ///     for any number of them. All where it is nil.
  ///   - parameters: Where the parameters are declared.
  public init(
    _ configuration: Configuration, inputs: Int, outputs: Int, usingSlots used: Int? = nil,
    in parameters: inout ParameterList
  ) {
    let used = used ?? configuration.slots
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
      conventions.memory, width: width, slots: slots, used: used, in: &parameters)
    var readWeightings: [FirstWeightingValue] = []
    var reads: [Parameter] = []
    for head in 0..<configuration.readHeads {
      parameters.scope("read head \(head)") { parameters in
        readWeightings.append(
          FirstWeightingValue(
            conventions.firstWeighting, slots: slots, used: used, in: &parameters))
        reads.append(
          conventions.firstRead.declare("first read", shape: [width], in: &parameters))
      }
    }
    self.firstReadWeightings = readWeightings
    self.firstReads = reads
    self.firstWriteWeightings = (0..<configuration.writeHeads).map { head in
      parameters.scope("write head \(head)") {
        FirstWeightingValue(conventions.firstWeighting, slots: slots, used: used, in: &$0)
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
    let seen = concatenate([input] + state.readHeads.map(\.read))
    let hidden: Value
    (next.controller, hidden) = controller.step(state.controller, seen)

    func clipped(_ value: Value) -> Value {
      let limit = conventions.outputClip
      return limit > 0 ? value.clamped(-limit, limit) : value
    }
    let (readParameters, writeParameters) = layout.parameters(
      from: clipped(heads(hidden)).tapped("heads"))

    /// Lets heads act that all see one memory.
    func act(on memory: Value, reads: Range<Int>, writes: Range<Int>) {
      let weightings = memory.weightings(
        of: reads.map {
          AddressedHead(
            "read head \($0)", readParameters[$0], previous: state.readHeads[$0].weighting)
        }
          + writes.map {
            AddressedHead(
              "write head \($0)", writeParameters[$0].addressing,
              previous: state.writeHeads[$0].weighting)
          }, conventions)
      for (head, weighting) in zip(reads, weightings) {
        input.trace(in: "read head \(head)") {
          // r_t = Σᵢ w_t(i) M_t(i) (equation 2)
          let read = memory.read(weighting).tapped("read")
          next.readHeads[head] = State.ReadHead(weighting: weighting, read: read)
        }
      }
      for (head, weighting) in zip(writes, weightings.dropFirst(reads.count)) {
        input.trace(in: "write head \(head)") {
          next.writeHeads[head].weighting = weighting
          writeParameters[head].erase.tapped("erase")
          writeParameters[head].add.tapped("add")
        }
      }
      guard !writes.isEmpty else { return }
      // M_t(i) = M_{t−1}(i) (1 − w_t(i) e_t) + w_t(i) a_t (equations 3 and 4)
      next.memory = memory.written(
        weighting: rows(next.writeHeads[writes].map(\.weighting)),
        erase: rows(writeParameters[writes].map(\.erase)),
        add: rows(writeParameters[writes].map(\.add)))
    }

    let (reads, writes) = (state.readHeads.indices, state.writeHeads.indices)
    switch conventions.headOrder {
    case .together:
      act(on: state.memory, reads: reads, writes: writes)
    case .writesFirst:
      act(on: state.memory, reads: 0..<0, writes: writes)
      act(on: next.memory, reads: reads, writes: 0..<0)
    case .alternating:
      for head in 0..<max(reads.count, writes.count) {
        let own = head..<(head + 1)
        act(on: next.memory, reads: own.clamped(to: reads), writes: own.clamped(to: writes))
      }
    }
    next.memory.tapped("memory")
    return (next, clipped(output(concatenate([hidden] + next.readHeads.map(\.read)))))
  }
}
