import TapeheadCells
import TapeheadEngine
import TapeheadTraining

// The loss is L = Σ out ∘ G_out + Σ h_n ∘ G_hn + Σ c_n ∘ G_cn. Every sequence has a first state of its
// own; ours runs one sequence after another, with that state as its learned first values, and the
// gradients of the weights are added up.

/// A torch.nn.LSTM of any number of layers: outputs, last states, and every gradient.
struct LSTMRun: RecordingKind {
  let summary = "D (torch.nn.LSTM)"

  func recognises(_ run: RecordedRun) -> Bool {
    run.letter == "D" && run.source.contains("torch.nn.LSTM")
  }

  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws {
    let recorded = try RecordedLSTM(&comparison)
    let model = try LSTMModel(recorded, &comparison, settings: settings)
    var weights = model.maps.map { Array(repeating: 0.0, count: $0.places.count) }
    var loss = 0.0
    // By tensor [index, sequence, …] of the recording.
    var made: [String: [Double]] = [:]
    func put(_ name: String, _ row: Int, _ numbers: some Collection<Float>) {
      let count = numbers.count
      let zeros = Array(repeating: 0.0, count: count * recorded.rows(of: name))
      made[name, default: zeros].replaceSubrange(
        row * count..<(row + 1) * count, with: numbers.map { Double($0) })
    }
    for sequence in 0..<recorded.sequences {
      let result = model.run(sequence)
      loss += result.loss
      for (index, numbers) in result.weightGradients.enumerated() {
        weights[index] = zip(weights[index], numbers).map { $0 + $1 }
      }
      for (name, rows) in result.rows {
        for (index, numbers) in rows.enumerated() {
          put(name, index * recorded.sequences + sequence, numbers)
        }
      }
    }
    for (name, numbers) in made.sorted(by: { $0.key < $1.key }) {
      try comparison.check(name, ours: numbers)
    }
    try comparison.check("loss", ours: [loss])
    for (map, numbers) in zip(model.maps, weights) {
      try comparison.check("grad.\(map.name)", ours: numbers)
    }
  }
}

/// What a recording of torch.nn.LSTM gives: sizes, inputs, first states and cotangents.
private struct RecordedLSTM {
  let torch: TorchLSTM
  let x, h0, c0, outputCotangent, hiddenCotangent, cellCotangent: RecordedTensor
  let hasBiases: Bool

  var steps: Int { x.shape[0] }
  var sequences: Int { x.shape[1] }

  init(_ comparison: inout Comparison) throws {
    let run = comparison.run
    let config = run.manifest["config"]
    guard !run.flag("bidirectional", of: config), try run.number("dropout", of: config, or: 0) == 0
    else {
      throw run.error("is bidirectional or has dropout", remedy: "ours has neither")
    }
    guard let torch = TorchLSTM(shape: { run.shape("param.\($0)") }) else {
      throw run.error("lacks 'param.weight_ih_l0' as [4 · hidden, inputs]")
    }
    let x = comparison.use(try run.tensor("x", axes: 3))
    guard x.shape[2] == torch.inputs else {
      throw run.error("has 'x' as \(x.shape) where [steps, batch, \(torch.inputs)] belongs")
    }
    func given(_ name: String, _ first: Int) throws -> RecordedTensor {
      comparison.use(try run.tensor(name, shape: [first, x.shape[1], torch.units]))
    }
    self.h0 = try given("h0", torch.layers)
    self.c0 = try given("c0", torch.layers)
    self.outputCotangent = try given("G_out", x.shape[0])
    self.hiddenCotangent = try given("G_hn", torch.layers)
    self.cellCotangent = try given("G_cn", torch.layers)
    self.x = x
    self.torch = torch
    self.hasBiases = run.has("param.bias_ih_l0")
  }

  /// How many rows a tensor has that ours is put together for.
  func rows(of name: String) -> Int {
    (["out", "grad.x"].contains(name) ? steps : torch.layers) * sequences
  }

  /// One sequence's row of a tensor [index, sequence, …].
  func row(_ tensor: RecordedTensor, _ index: Int, _ sequence: Int) -> [Float] {
    let count = tensor.shape[2]
    let start = (index * sequences + sequence) * count
    return tensor.values[start..<start + count].map { Float($0) }
  }

  /// One sequence, with its cotangents as targets: of the output, then of every layer's h and c.
  func batch(_ sequence: Int) -> SequenceBatch {
    let units = torch.units
    var batch = SequenceBatch(inputSize: torch.inputs, targetSize: units * (1 + 2 * torch.layers))
    _ = batch.appendSequence(steps: steps)
    batch.inputs = (0..<steps).flatMap { row(x, $0, sequence) }
    batch.targets = (0..<steps).flatMap { step in
      let last = step + 1 == steps
      let states = (0..<torch.layers).flatMap { layer in
        [hiddenCotangent, cellCotangent].flatMap {
          last ? row($0, layer, sequence) : Array(repeating: 0, count: units)
        }
      }
      return row(outputCotangent, step, sequence) + states
    }
    return batch
  }
}

/// Our stack of layers with the recorded weights.
private struct LSTMModel {
  let recorded: RecordedLSTM
  let maps: [TensorMap]
  private let list: ParameterList
  private let parameters: ParameterStore
  private let gradient: ParameterStore
  private let trainer: TrainingExecutor
  private let evaluator: InferenceExecutor

  /// What ours makes of one sequence: numbers by tensor of the recording and row of its first axis.
  struct Result {
    let loss: Double
    let weightGradients: [[Double]]
    let rows: [String: [[Float]]]
  }

  init(
    _ recorded: RecordedLSTM, _ comparison: inout Comparison, settings: ExecutionSettings
  ) throws {
    let torch = recorded.torch
    var list = ParameterList()
    let cell = BareLSTM(
      stack: LSTMStack(
        inputs: torch.inputs, units: torch.units, layers: torch.layers, skips: false,
        forgetBias: 0, firstState: .learned, in: &list), inputSize: torch.inputs)
    self.recorded = recorded
    self.list = list
    self.maps = torch.maps(into: list, at: "", prefix: "", biases: recorded.hasBiases)
    self.parameters = ParameterStore(list)
    self.gradient = ParameterStore(list)
    var weights: [String: [Double]] = [:]
    for map in maps {
      let tensor = try comparison.run.tensor("param.\(map.name)", shape: map.shape)
      weights[map.name] = comparison.use(tensor).values
    }
    parameters.load(maps) { weights[$0] ?? [] }
    let program = try Program(
      cell, parameters: list, objective: .cotangents,
      targetSize: torch.units * (1 + 2 * torch.layers), differentiating: .inputs)
    self.trainer = TrainingExecutor(
      program, parameters: parameters, settings: settings, longestSequence: recorded.steps)
    self.evaluator = try InferenceExecutor(
      program, parameters: parameters, settings: settings, taps: program.tapNames)
  }

  /// Runs one sequence from its own first state, forward and back.
  func run(_ sequence: Int) -> Result {
    let (torch, steps) = (recorded.torch, recorded.steps)
    let firstStates = (0..<torch.layers).map { layer in
      ["hidden", "cells"].map { list.required("layer \(layer)/first \($0)") }
    }
    for (layer, first) in firstStates.enumerated() {
      parameters[first[0]] = recorded.row(recorded.h0, layer, sequence)
      parameters[first[1]] = recorded.row(recorded.c0, layer, sequence)
    }
    let batch = recorded.batch(sequence)
    let recording = evaluator.run(batch)
    let loss = trainer.lossAndGradient(batch, into: gradient)
    func cut(_ numbers: [Float], _ rows: Int) -> [[Float]] {
      let count = numbers.count / rows
      return (0..<rows).map { Array(numbers[$0 * count..<($0 + 1) * count]) }
    }
    func last(_ tap: String) -> [[Float]] {
      (0..<torch.layers).map { layer in
        (recording.taps["layer \(layer)/\(tap)"] ?? []).suffix(torch.units)
      }
    }
    return Result(
      loss: loss, weightGradients: maps.map { gradient.numbers(of: $0) },
      rows: [
        "out": cut(recording.outputs, steps), "hn": last("hidden"), "cn": last("cells"),
        "grad.x": cut(trainer.inputGradients, steps),
        "grad.h0": firstStates.map { gradient[$0[0]] },
        "grad.c0": firstStates.map { gradient[$0[1]] },
      ])
  }
}

/// A stack of layers whose output is the hidden units of the last.
private struct BareLSTM: Cell {
  let stack: LSTMStack
  let inputSize: Int

  var outputSize: Int { stack.outputSize }

  func initialState(in trace: Trace) -> LSTMStack.State { stack.initialState(in: trace) }

  func step(
    _ state: LSTMStack.State, _ input: Value
  ) -> (state: LSTMStack.State, output: Value) {
    stack.step(state, input)
  }
}
