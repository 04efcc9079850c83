import TapeheadEngine
import TestSupport

/// A small recurrent cell with a memory, taps and nested scopes, for tests of how programs run.
struct SampleCell: Cell {
  struct State: CellState {
    var hidden: Value
    var memory: Value

    mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      body("hidden", &hidden)
      body("memory", &memory)
    }
  }

  static let width = 3
  static let slots = 5
  let inputSize = 4
  let outputSize = 2
  let hidden: Parameter
  let bias: Parameter
  let interface: Parameter
  let output: Parameter
  let memory: Parameter

  init(in list: inout ParameterList) {
    func matrix(_ name: String, _ rows: Int, _ columns: Int) -> Parameter {
      list.declare(
        name, shape: [rows, columns], layout: .matrix, initialisation: .glorotUniform(gain: 1))
    }
    self.hidden = matrix("hidden", 4 + 6 + Self.width, 6)
    self.bias = list.declare("bias", shape: [6], initialisation: .constant(0.1))
    self.interface = matrix("interface", 6, 2 * Self.slots + 2 * Self.width)
    self.output = matrix("output", 6, 2)
    self.memory = list.declare(
      "memory", shape: [Self.width, Self.slots], initialisation: .normal(deviation: 0.5))
  }

  func initialState(in trace: Trace) -> State {
    State(hidden: trace.constant(0, shape: [6]), memory: trace.parameter(memory).tanh())
  }

  func step(_ state: State, _ input: Value) -> (state: State, output: Value) {
    let read = input.trace(in: "reading") {
      state.memory.read(
        state.hidden.slice(from: 0, count: Self.slots).softmax().tapped("weighting"))
    }
    let next = concatenate([input, read, state.hidden]).linear(weight: hidden, bias: bias).tanh()
    let memory = input.trace(in: "writing") {
      let parts = next.linear(weight: interface).activated([
        (Self.slots, .softmax), (Self.slots, .softmax), (Self.width, .sigmoid), (Self.width, .tanh),
      ])
      let weighting = parts[0].interpolated(with: parts[1], gate: parts[2].slice(from: 0, count: 1))
      return state.memory.written(
        weighting: weighting.tapped("weighting"), erase: parts[2], add: parts[3])
    }
    memory.tapped("memory")
    return (State(hidden: next, memory: memory), next.linear(weight: output).tapped("logits"))
  }

  /// The traced cell with drawn parameters.
  static func sample() throws -> (program: Program, store: ParameterStore) {
    var list = ParameterList()
    let cell = SampleCell(in: &list)
    return (
      try Program(cell, parameters: list, objective: .binaryCrossEntropy),
      ParameterStore.random(list)
    )
  }

  static func batch(_ lengths: [Int]) -> SequenceBatch {
    .random(lengths: lengths, inputSize: 4, targetSize: 2)
  }
}

extension TrainingExecutor {
  /// An executor of the usual settings, with what a test changes.
  convenience init(
    _ program: Program, _ store: ParameterStore, microBatch: Int = 2, threads: Int = 1,
    instructionSet: InstructionSet = .fastest, longestSequence: Int = 8,
    recomputes: Bool = false
  ) {
    self.init(
      program, parameters: store,
      settings: ExecutionSettings(
        microBatch: microBatch, threads: threads, instructionSet: instructionSet,
        recomputes: recomputes),
      longestSequence: longestSequence)
  }

  /// The gradient of a batch, parameter by parameter, and its loss.
  func result(_ batch: SequenceBatch) -> (loss: Double, gradient: [[Float]]) {
    let gradient = ParameterStore(program.parameters)
    gradient.buffer.fill(.nan)
    let loss = lossAndGradient(batch, into: gradient)
    return (loss, gradient.list.all.map { gradient[$0] })
  }
}

/// The largest difference of two gradients, each parameter's as a part of its largest number.
func largestDifference(_ a: [[Float]], _ b: [[Float]]) -> Float {
  var worst: Float = 0
  for (a, b) in zip(a, b) {
    let scale = a.reduce(1e-3) { max($0, abs($1)) }
    for (x, y) in zip(a, b) where !(abs(x - y) / scale <= worst) {
      worst = x.isNaN || y.isNaN ? .infinity : abs(x - y) / scale
    }
  }
  return worst
}
