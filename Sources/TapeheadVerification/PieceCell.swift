import TapeheadEngine
import TapeheadTraining

// Single operations are verified through the engine: a cell of one step without state takes all inputs
// of the operation behind one another, and gives its outputs behind one another. Its loss is Σ G ∘ out.

/// A few operations as a cell of one step.
struct PieceCell: Cell {
  typealias Operations = @Sendable (_ inputs: [Value]) -> [Value]

  let inputs: [Shape]
  let outputSize: Int
  let operations: Operations

  var inputSize: Int { inputs.reduce(0) { $0 + $1.count } }

  func initialState(in trace: Trace) -> Stateless { Stateless() }

  func step(_ state: Stateless, _ input: Value) -> (state: Stateless, output: Value) {
    let parts = zip(input.split(inputs.map(\.count)), inputs).map { $0.reshaped(to: $1) }
    return (state, concatenate(operations(parts)))
  }
}

/// What a piece made of its inputs: outputs, and gradients by input, a row for each sequence.
struct PieceResult {
  let outputs: [[Double]]
  let gradients: [[Double]]
}

/// A piece of a recording: tensors whose first axis counts sequences.
///
/// A tensor of three axes is a memory [B, N, M], which is [M, N] for ours, unless it is said to
/// stand in ours as it was recorded.
struct Piece {
  let inputs: [RecordedTensor]
  let cotangents: [RecordedTensor]
  let sequences: Int
  /// Names of tensors of three axes that are no memories.
  var asRecorded: Set<String> = []

  /// Runs operations on the inputs, forward and back.
  func run(
    settings: ExecutionSettings, _ operations: @escaping PieceCell.Operations
  ) throws -> PieceResult {
    let cell = PieceCell(
      inputs: inputs.map(shape),
      outputSize: cotangents.reduce(0) { $0 + shape($1).count }, operations: operations)
    let list = ParameterList()
    let parameters = ParameterStore(list)
    let program = try Program(
      cell, parameters: list, objective: .cotangents, differentiating: .inputs)
    var batch = SequenceBatch(inputSize: cell.inputSize, targetSize: cell.outputSize)
    for _ in 0..<sequences { _ = batch.appendSequence(steps: 1) }
    batch.inputs = rows(of: inputs)
    batch.targets = rows(of: cotangents)
    let evaluator = InferenceExecutor(program, parameters: parameters, settings: settings)
    let trainer = TrainingExecutor(
      program, parameters: parameters, settings: settings, longestSequence: 1)
    _ = trainer.lossAndGradient(batch, into: ParameterStore(list))
    return PieceResult(
      outputs: columns(evaluator.run(batch).outputs, like: cotangents),
      gradients: columns(trainer.inputGradients, like: inputs))
  }

  /// By sequence: the numbers of all tensors behind one another, memories as ours.
  private func rows(of tensors: [RecordedTensor]) -> [Float] {
    (0..<sequences).flatMap { sequence in
      tensors.flatMap { tensor in
        let part = Array(tensor.part(sequence))
        let ours = isMemory(tensor) ? transposed(part, rows: tensor.shape[1]) : part
        return ours.map { Float($0) }
      }
    }
  }

  /// The other way: rows cut into tensors, memories as recorded.
  private func columns(_ rows: [Float], like tensors: [RecordedTensor]) -> [[Double]] {
    let width = rows.count / sequences
    var offset = 0
    return tensors.map { tensor in
      let count = shape(tensor).count
      defer { offset += count }
      return (0..<sequences).flatMap { sequence in
        let start = sequence * width + offset
        let part = rows[start..<start + count].map { Double($0) }
        return isMemory(tensor) ? transposed(part, rows: tensor.shape[2]) : part
      }
    }
  }

  /// Whether a tensor is a memory for each sequence.
  private func isMemory(_ tensor: RecordedTensor) -> Bool {
    tensor.shape.count == 3 && !asRecorded.contains(tensor.name)
  }

  /// The shape of one sequence's part, as ours has it.
  private func shape(_ tensor: RecordedTensor) -> Shape {
    let part = tensor.shape.dropFirst()
    return part.isEmpty ? [1] : Shape(isMemory(tensor) ? part.reversed() : Array(part))
  }
}

extension RecordedRun {
  /// The names of pieces, what stands before ".in." in the names of tensors, in their order.
  var pieceNames: [String] {
    var found: [String] = []
    for name in names {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      guard let index = parts.firstIndex(of: "in"), index > 0 else { continue }
      let piece = parts[..<index].joined(separator: ".")
      if !piece.isEmpty, !found.contains(piece) { found.append(piece) }
    }
    return found
  }
}
