import TapeheadCells
import TapeheadEngine
import TapeheadTraining

/// A whole Neural Turing Machine of pytorch-ntm: every step's values, the loss, and every gradient.
struct NTMRun: RecordingKind {
  let summary = "A (a whole NTM of pytorch-ntm)"

  func recognises(_ run: RecordedRun) -> Bool {
    run.letter == "A" && run.source == "loudinthecloud/pytorch-ntm"
  }

  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws {
    let copy = try RecordedCopy(&comparison, prefix: "param.")
    let layout = copy.layout
    let parameters = ParameterStore(layout.parameters)
    try parameters.load(layout.weights + layout.buffers) { name in
      let run = comparison.run
      return comparison.use(try run.tensor(RecordedCopy.recordedName(name, "param."))).values
    }
    let program = try Program(
      WithProbabilities(cell: layout.cell), parameters: layout.parameters,
      objective: .binaryCrossEntropy, differentiating: .inputs)
    try compareSteps(copy, program, parameters, &comparison, settings)
    try compareGradients(copy, program, parameters, &comparison, settings)
  }

  /// Runs ours forward and compares what every step made.
  private func compareSteps(
    _ copy: RecordedCopy, _ program: Program, _ parameters: ParameterStore,
    _ comparison: inout Comparison, _ settings: ExecutionSettings
  ) throws {
    let executor = try InferenceExecutor(
      program, parameters: parameters, settings: settings, taps: program.tapNames)
    let recording = executor.run(copy.batch)
    func rows(_ tap: String) -> [[Double]] {
      recording.taps[tap].map { copy.stepsFirst($0) } ?? []
    }
    /// Several taps, row by row behind one another.
    func joined(_ taps: [String]) -> [Double] {
      let parts = taps.map(rows)
      return parts[0].indices.flatMap { row in parts.flatMap { $0[row] } }
    }
    let configuration = copy.layout.cell.configuration
    let layers = (0..<configuration.controller.layers).map { "controller/layer \($0)/" }
    let outputs = rows(WithProbabilities<NeuralTuringMachine>.tap)
    try comparison.check("step.output", ours: outputs.flatMap { $0 })
    // These are the last of the outputs, so the same bound holds.
    try comparison.check(
      "answer.output", .named("step.output"),
      ours: outputs.suffix(copy.length * copy.sequences).flatMap { $0 })
    try comparison.check(
      "step.head_weights",
      ours: joined(
        copy.layout.heads.map { "\($0.reads ? "read" : "write") head \($0.number)/weighting" }))
    try comparison.check(
      "step.read_vectors",
      ours: joined((0..<configuration.readHeads).map { "read head \($0)/read" }))
    try comparison.check(
      "step.memory",
      ours: rows("memory").flatMap { transposed($0, rows: configuration.width) })
    try comparison.check("step.hidden", ours: joined(layers.map { $0 + "hidden" }))
    try comparison.check("step.cell", ours: joined(layers.map { $0 + "cells" }))
    let emitted = rows("heads")
    for (head, range) in copy.layout.headRanges.enumerated() {
      try comparison.check("step.head\(head).raw", ours: emitted.flatMap { $0[range] })
    }
  }

  /// Runs ours forward and back and compares the loss and its gradients.
  private func compareGradients(
    _ copy: RecordedCopy, _ program: Program, _ parameters: ParameterStore,
    _ comparison: inout Comparison, _ settings: ExecutionSettings
  ) throws {
    let gradient = ParameterStore(copy.layout.parameters)
    let executor = TrainingExecutor(
      program, parameters: parameters, settings: settings, longestSequence: copy.steps)
    try comparison.check("loss", ours: [executor.lossAndGradient(copy.batch, into: gradient)])
    for map in copy.layout.weights {
      try comparison.check("grad.\(map.name)", ours: gradient.numbers(of: map))
    }
    for map in copy.layout.buffers {
      try comparison.check("grad_extra.\(map.name)", ours: gradient.numbers(of: map))
    }
    let inputs = copy.stepsFirst(executor.inputGradients, steps: copy.length + 1)
    try comparison.check("grad_extra.X", ours: inputs.flatMap { $0 })
  }
}

/// A cell whose outputs are also tapped after the sigmoid.
private struct WithProbabilities<Base: Cell>: Cell {
  static var tap: String { "probabilities" }

  let cell: Base

  var inputSize: Int { cell.inputSize }
  var outputSize: Int { cell.outputSize }

  func initialState(in trace: Trace) -> Base.State { cell.initialState(in: trace) }

  func step(_ state: Base.State, _ input: Value) -> (state: Base.State, output: Value) {
    let (next, output) = cell.step(state, input)
    output.sigmoid().tapped(Self.tap)
    return (next, output)
  }
}
