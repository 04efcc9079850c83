import TapeheadCells
import TapeheadEngine
import TapeheadTraining

/// Our DNC with recorded parameters, which takes one sequence of a recording after another.
struct DNCModel {
  /// What ours made of one sequence.
  struct Result {
    let loss: Double
    /// By map.
    let weightGradients: [[Double]]
    /// By step.
    let inputGradients: [[Double]]
    /// By the name in our state, as recorded.
    let stateGradients: [String: [Double]]
    /// By name after "step.": by step.
    let steps: [String: [[Double]]]
  }

  let maps: [TensorMap]
  private let recorded: RecordedDNC
  private let cell: StartedCell<DifferentiableNeuralComputer>
  private let parameters: ParameterStore
  private let gradient: ParameterStore
  private let trainer: TrainingExecutor
  private let evaluator: InferenceExecutor

  /// Takes the recorded parameters; the usage passes no gradient to the write weighting if it is stopped.
  ///
  /// - Throws: `FileError` when the recording lacks one; `TraceError` when sizes do not fit together.
  init(
    _ recorded: RecordedDNC, stopsUsageGradient: Bool, _ comparison: inout Comparison,
    settings: ExecutionSettings
  ) throws {
    let (inputs, units) = (recorded.x.shape[2], recorded.units)
    var conventions = recorded.conventions
    conventions.stopsUsageGradient = stopsUsageGradient
    var list = ParameterList()
    let base = DifferentiableNeuralComputer(
      DifferentiableNeuralComputer.Configuration(
        controller: ControllerConfiguration(units: units), slots: recorded.slots,
        width: recorded.width, readHeads: recorded.readHeads, conventions: conventions),
      inputs: inputs, outputs: recorded.y.shape[2], in: &list)
    self.cell = StartedCell(base, in: &list)
    self.recorded = recorded
    let maps = recorded.program.maps(recorded.fields, inputs: inputs, units: units, list: list)
    self.maps = maps
    self.parameters = ParameterStore(list)
    self.gradient = ParameterStore(list)
    try parameters.load(maps) { name in
      let shape = maps.first { $0.name == name }?.shape ?? []
      return comparison.use(try comparison.run.tensor("param.\(name)", shape: shape)).values
    }
    let gates = list.required("controller/layer 0/gates/bias")
    var bias = parameters[gates]
    for unit in units..<2 * units { bias[unit] += recorded.program.forgetBias }
    parameters[gates] = bias
    let program = try Program(
      cell, parameters: list, objective: recorded.objective, differentiating: .inputs)
    self.trainer = TrainingExecutor(
      program, parameters: parameters, settings: settings, longestSequence: recorded.steps)
    self.evaluator = try InferenceExecutor(
      program, parameters: parameters, settings: settings, taps: program.tapNames)
  }

  /// Runs one sequence from its own first state, forward and back.
  func run(_ sequence: Int) -> Result {
    for (name, given) in recorded.firstStates {
      guard let parameter = cell.first[name] else { continue }
      parameters[parameter] = recorded.firstState(given.tensor, sequence)
    }
    let batch = recorded.batch(sequence)
    let recording = evaluator.run(batch)
    let loss = trainer.lossAndGradient(batch, into: gradient)
    var stateGradients: [String: [Double]] = [:]
    for name in recorded.firstStates.keys {
      guard let parameter = cell.first[name] else { continue }
      let numbers = gradient[parameter].map { Double($0) }
      stateGradients[name] =
        name == "memory" ? transposed(numbers, rows: recorded.width) : numbers
    }
    return Result(
      loss: loss, weightGradients: maps.map { gradient.numbers(of: $0) },
      inputGradients: cut(trainer.inputGradients), stateGradients: stateGradients,
      steps: steps(recording))
  }

  /// Rows of a recording by step.
  private func cut(_ rows: [Float]) -> [[Double]] {
    let count = rows.count / recorded.steps
    return (0..<recorded.steps).map { step in
      rows[step * count..<(step + 1) * count].map { Double($0) }
    }
  }

  /// What every step made, by the recording's names.
  private func steps(_ recording: Recording) -> [String: [[Double]]] {
    func tap(_ name: String) -> [[Double]] { cut(recording.taps[name] ?? []) }
    func reads(_ name: String) -> [[Double]] {
      let heads = (0..<recorded.readHeads).map { tap("read head \($0)/\(name)") }
      return (0..<recorded.steps).map { step in heads.flatMap { $0[step] } }
    }
    var made = [
      "output": cut(recording.outputs), "h": tap("controller/layer 0/hidden"),
      "c": tap("controller/layer 0/cells"), "usage": tap("usage"),
      "memory": tap("memory").map { transposed($0, rows: recorded.width) },
      "link": tap("write head 0/links"),
    ]
    for (theirs, ours) in Self.writeTaps { made[theirs] = tap("write head 0/\(ours)") }
    for (theirs, ours) in Self.readTaps { made[theirs] = reads(ours) }
    let modes = recorded.program.modeOrder.modes
    made["act.read_mode"] = reads("modes").map { row in
      (0..<recorded.readHeads).flatMap { head in modes.map { row[3 * head + $0] } }
    }
    let interface = tap("interface")
    for (name, numbers) in recorded.fields.parts {
      made["raw.\(name)"] = interface.map { row in numbers.map { row[$0] } }
    }
    let whole = recorded.fields.numbers(DNCProgram.csordasInterface)
    made["interface_raw"] = interface.map { row in whole.map { row[$0] } }
    return made
  }

  private static let writeTaps = [
    ("write_weights", "weighting"), ("precedence", "precedence"),
    ("allocation_weights", "allocation"), ("write_content_weights", "content"),
    ("act.write_keys", "key"), ("act.write_strengths", "strength"),
    ("act.erase_vectors", "erase"), ("act.write_vectors", "add"),
    ("act.allocation_gate", "allocation gate"), ("act.write_gate", "write gate"),
  ]

  private static let readTaps = [
    ("read_weights", "weighting"), ("read_vectors", "read"), ("read_content_weights", "content"),
    ("forward_weights", "forward"), ("backward_weights", "backward"), ("act.read_keys", "key"),
    ("act.read_strengths", "strength"), ("act.free_gate", "free gate"),
  ]
}
