import TapeheadCells
import TapeheadEngine
import TapeheadTraining

// A piece has tensors CASE.in.NAME, CASE.out.NAME, CASE.G.NAME and, where they are finite, CASE.grad.NAME
// and CASE.grad_full.NAME (as `DNCRun` has them). CASE is OPERATION, OPERATION.VARIANT or
// OPERATION.STRENGTH.VARIANT. CASE.order is the order in which slots are allocated.

/// The single operations of the DNC's memory, as google-deepmind/dnc does them.
struct DNCPieces: RecordingKind {
  let summary = "B (pieces of the DNC of google-deepmind/dnc)"

  func recognises(_ run: RecordedRun) -> Bool {
    run.letter == "B" && !run.has("loss") && run.source == DNCProgram.deepMind.rawValue
  }

  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws {
    let run = comparison.run
    for name in run.pieceNames {
      let inputs = run.names.filter { $0.hasPrefix("\(name).in.") }
      for input in inputs { _ = comparison.use(try run.tensor(input)) }
      let names = Set(inputs.map { String($0.dropFirst("\(name).in.".count)) })
      let parts = name.split(separator: ".")
      guard let form = DNCForm.all.first(where: { $0.operation == parts[0] }),
        names == Set(form.inputs)
      else { continue }
      let strength = parts.dropFirst().first.flatMap { Activation(rawValue: String($0)) }
      let piece = try piece(name, form, &comparison)
      for (prefix, stops) in [("grad", true), ("grad_full", false)] {
        guard stops || run.names.contains(where: { $0.hasPrefix("\(name).\(prefix).") }) else {
          continue
        }
        var conventions = DNCProgram.deepMind.conventions
        conventions.stopsUsageGradient = stops
        let result = try piece.run(settings: settings) { [conventions] x in
          form.make(x, strength ?? conventions.strengthActivation, conventions)
        }
        for (output, ours) in zip(form.outputs, result.outputs) where stops {
          try comparison.check(run.outputName(output, of: name), ours: ours)
        }
        for (input, ours) in zip(form.inputs, result.gradients) {
          let gradient = "\(name).\(prefix).\(input)"
          if run.has(gradient) { try comparison.check(gradient, ours: ours) }
        }
      }
    }
  }

  /// What a case was given, and the cotangents of its outputs.
  private func piece(
    _ name: String, _ form: DNCForm, _ comparison: inout Comparison
  ) throws -> Piece {
    let run = comparison.run
    let inputs = try form.inputs.map { try run.tensor("\(name).in.\($0)") }
    let cotangents = try form.outputs.map { output in
      guard run.has("\(name).G.\(output)") else {
        // What has no derivative has no cotangent either.
        let recorded = try run.tensor(run.outputName(output, of: name))
        return RecordedTensor(
          name: recorded.name, shape: recorded.shape,
          values: Array(repeating: 0, count: recorded.values.count))
      }
      return comparison.use(try run.tensor("\(name).G.\(output)"))
    }
    let sequences = inputs[0].shape.first ?? 0
    for tensor in inputs + cotangents {
      guard (2...3).contains(tensor.shape.count), tensor.shape[0] == sequences,
        !tensor.values.isEmpty
      else {
        throw run.error("has '\(tensor.name)' as \(tensor.shape) where [\(sequences), …] belongs")
      }
    }
    let matrices = (inputs + cotangents).map(\.name).filter { !$0.hasSuffix(".memory") }
    return Piece(
      inputs: inputs, cotangents: cotangents, sequences: sequences,
      asRecorded: Set(matrices))
  }
}

extension RecordedRun {
  /// The name of a piece's output.
  fileprivate func outputName(_ output: String, of piece: String) -> String {
    has("\(piece).out.\(output)") ? "\(piece).out.\(output)" : "\(piece).\(output)"
  }
}
