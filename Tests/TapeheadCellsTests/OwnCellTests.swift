import TapeheadCells
import TapeheadEngine
import TapeheadTasks
import TapeheadTraining
import Testing

// The worked example of the README, between the two marks, word for word.

// example begins
/// A fast-weight memory: each step adds one value under one key, and reads under another key.
struct FastWeights: Cell {
  struct State: CellState {
    var memory: Value

    mutating func forEachValue(_ body: (String, inout Value) -> Void) {
      body("memory", &memory)
    }
  }

  let inputSize: Int
  let outputSize: Int
  let width = 16
  let project: Linear
  let answer: Linear

  init(inputs: Int, outputs: Int, in parameters: inout ParameterList) {
    inputSize = inputs
    outputSize = outputs
    project = Linear("project", inputs: inputs, outputs: 3 * width, in: &parameters)
    answer = Linear("answer", inputs: width, outputs: outputs, in: &parameters)
  }

  func initialState(in trace: Trace) -> State {
    State(memory: trace.constant(0, shape: [width, width]))
  }

  func step(_ state: State, _ input: Value) -> (state: State, output: Value) {
    let parts = project(input).activated([
      (width, .softmax), (width, .tanh), (width, .softmax),
    ])
    let (key, value, query) = (parts[0], parts[1], parts[2])
    // M_t = M_{t−1} + v kᵀ, and r = M_t q
    let memory = (state.memory + value.outer(key)).tapped("memory")
    return (State(memory: memory), answer(memory.applied(to: query)))
  }
}

func trainFastWeights() throws -> [Double] {
  let task = Copy.small
  var parameters = ParameterList()
  let cell = FastWeights(
    inputs: task.inputSize, outputs: task.outputSize, in: &parameters)
  let program = try Program(cell, parameters: parameters, objective: .binaryCrossEntropy)
  let training = TrainingConfiguration(
    sequences: 8_000, batch: 8,
    optimiser: OptimiserConfiguration(kind: .adam, learningRate: 3e-3),
    clipping: Clipping(kind: .norm, limit: 10))
  let trainer = Trainer(program, on: task, training, seed: 1)
  return try (0..<1_000).map { _ in try trainer.step() }
}
// example ends

@Suite struct OwnCellTests {
  /// A cell of one's own trains: its answers come to cost less than its first ones.
  @Test func exampleLearns() throws {
    let bits = try trainFastWeights()
    let first = bits.prefix(10).reduce(0, +) / 10
    let last = bits.suffix(50).reduce(0, +) / 50
    #expect(last < 0.85 * first, "\(first) bits at first, \(last) at last")
  }
}
