import TapeheadCells
import TapeheadEngine
import TapeheadTraining

// A piece has tensors CASE.in.NAME, CASE.out, CASE.G and CASE.grad.NAME, or several outputs as
// CASE.out.NAME and CASE.G.NAME. CASE is OPERATION or OPERATION.VARIANT; OPERATION may end in the
// number of shifts ("shift5"), and "content_sharp" is "content". All inputs but "raw" are what the
// addressing sees, after the activations. CASE.exact.* are values without any epsilon.

/// The single operations of the NTM's addressing, as pytorch-ntm or Collier & Beel's program do them.
struct AddressingPieces: RecordingKind {
  let summary = "C (pieces of the NTM of pytorch-ntm or MarkPKCollier/NeuralTuringMachine)"

  private static let conventions: [String: Conventions] = [
    "loudinthecloud/pytorch-ntm": .pytorchNTM,
    "MarkPKCollier/NeuralTuringMachine": .collierBeel2018,
  ]

  /// Gradients of the reference that an artefact of its own makes 1e6 to 1e7 large.
  private static let artefacts = [
    "content.zero_rows.grad.memory", "content.tiny_memory.grad.memory",
  ]

  func recognises(_ run: RecordedRun) -> Bool {
    run.letter == "C" && AddressingPieces.conventions[run.source] != nil
  }

  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws {
    let run = comparison.run
    guard let conventions = AddressingPieces.conventions[run.source] else { return }
    var exact = conventions
    exact.sharpeningEpsilon = 0
    for name in run.pieceNames {
      guard let (form, piece) = try piece(name, &comparison) else { continue }
      let result = try piece.run(settings: settings) { form.outputs($0, conventions) }
      try compare(result, piece, &comparison, name)
      guard run.names.contains(where: { $0.hasPrefix("\(name).exact.") }) else { continue }
      let exactResult = try piece.run(settings: settings) { [exact] in form.outputs($0, exact) }
      try compare(exactResult, piece, &comparison, name, variant: "exact.")
    }
  }

  /// What a case is and what it was given; nil for an operation that is not known.
  private func piece(
    _ name: String, _ comparison: inout Comparison
  ) throws -> (AddressingForm, Piece)? {
    let run = comparison.run
    let prefix = "\(name).in."
    let inputs = Set(
      run.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
    for input in inputs { _ = comparison.use(try run.tensor(prefix + input)) }
    for cotangent in run.names where cotangent == "\(name).G" || cotangent.hasPrefix("\(name).G.") {
      _ = comparison.use(try run.tensor(cotangent))
    }
    let operation = name.prefix { $0.isLetter }
    let forms = AddressingForm.all.filter { $0.operation == operation }
    guard let form = forms.first(where: { Set($0.inputs) == inputs }) else { return nil }
    let tensors = try form.inputs.map { try run.tensor(prefix + $0) }
    let cotangents = try form.outputNames.map { output in
      try run.tensor(output.isEmpty ? "\(name).G" : "\(name).G.\(output)")
    }
    let sequences = tensors[0].shape.first ?? 0
    for tensor in tensors + cotangents {
      let axes = tensor.name == "\(prefix)memory" ? 3...3 : 1...3
      guard axes.contains(tensor.shape.count), tensor.shape[0] == sequences,
        !tensor.values.isEmpty
      else {
        throw run.error("has '\(tensor.name)' as \(tensor.shape) where [\(sequences), …] belongs")
      }
    }
    return (form, Piece(inputs: tensors, cotangents: cotangents, sequences: sequences))
  }

  private func compare(
    _ result: PieceResult, _ piece: Piece, _ comparison: inout Comparison, _ name: String,
    variant: String = ""
  ) throws {
    for (cotangent, numbers) in zip(piece.cotangents, result.outputs) {
      // "CASE.G.w" belongs to "CASE.out.w".
      let output = "out" + cotangent.name.dropFirst("\(name).G".count)
      try comparison.check("\(name).\(variant)\(output)", ours: numbers)
    }
    for (input, numbers) in zip(piece.inputs, result.gradients) {
      // "CASE.in.w" belongs to "CASE.grad.w".
      let gradient = "\(name).\(variant)grad" + input.name.dropFirst("\(name).in".count)
      if AddressingPieces.artefacts.contains(gradient) {
        comparison.leaveOut(
          gradient, because: "the reference's clamp makes it 1e6 to 1e7 near rows of length 0")
      } else {
        try comparison.check(gradient, ours: numbers)
      }
    }
  }
}
