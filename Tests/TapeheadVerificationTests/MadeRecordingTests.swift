import TapeheadCells
import TapeheadEngine
import TapeheadTraining
import TapeheadVerification
import Testing

/// Recordings of other sizes than the golden ones.
struct MadeRecordingTests {
  static let pytorch = "loudinthecloud/pytorch-ntm"
  static let kindA = "A: NTM with LSTM controller, whole model, forward and gradients"

  /// Two layers, more read heads than write heads, five taps, more sequences than a micro-batch has.
  static let wide = ReferenceNTM(
    slots: 6, width: 2, units: 3, layers: 2, readHeads: 2, writeHeads: 1, shifts: 5, inputs: 3,
    outputs: 2, sequences: 5, length: 1)
  static let narrow = ReferenceNTM(
    slots: 5, width: 3, units: 2, layers: 1, readHeads: 1, writeHeads: 2, shifts: 3, inputs: 2,
    outputs: 3, sequences: 1, length: 2)
  static let wideTensors = madeNTM(wide)
  static let narrowTensors = madeNTM(narrow)

  private func expectAgreement(_ file: RecordingFile, quantities: Int) throws {
    let report = try Verifier.verify(file.manifest)
    let disagreeing = report.quantities.filter { $0.verdict != .passed }
    #expect(disagreeing == [])
    #expect(report.passed == quantities)
  }

  @Test(arguments: [wideTensors, narrowTensors])
  func wholeNTM(_ tensors: RecordingFile.Tensors) throws {
    let given = 2 + tensors.count { $0.name.hasPrefix("param.") || $0.name.hasPrefix("buffer.") }
    try expectAgreement(
      RecordingFile(kind: Self.kindA, source: Self.pytorch, tensors),
      quantities: tensors.count - given)
  }

  @Test func lstm() throws {
    let tensors = madeLSTM(inputs: 3, units: 5, layers: 2, steps: 4, sequences: 2)
    try expectAgreement(
      RecordingFile(kind: "D: plain LSTM", source: "torch.nn.LSTM", tensors), quantities: 15)
  }

  @Test func optimiser() throws {
    let tensors = madeRMSProp(
      rate: 0.01, decay: 0.9, momentum: 0.5, limit: 2, steps: 5, count: 21)
    let config = """
      "config": [{"lr": 0.01, "alpha": 0.9, "momentum": 0.5, "eps": 1e-8, "clip": 2,
      "centered": true}]
      """
    let file = try RecordingFile(
      kind: "A4b: optimizer alone", source: "torch.optim.RMSprop", members: config, tensors)
    try expectAgreement(file, quantities: 1)
  }

  @Test(arguments: [3, 7])
  func shift(taps: Int) throws {
    let tensors = madeShift(taps: taps, slots: 9, sequences: 6)
    try expectAgreement(
      RecordingFile(kind: "C: pieces", source: Self.pytorch, tensors), quantities: 3)
  }

  /// Every tensor that is compared notices one changed number.
  @Test func changedNumberFails() throws {
    let tensors = Self.narrowTensors
    let names = tensors.map(\.name).filter {
      $0.hasPrefix("step.") || $0.hasPrefix("grad") || ["loss", "answer.output"].contains($0)
    }
    let file = try RecordingFile(kind: Self.kindA, source: Self.pytorch, tensors)
    for name in names {
      try file.writeTensors(tensors.changing(name, by: 1e-3))
      let failed = try Verifier.verify(file.manifest).quantities.filter { $0.verdict == .failed }
      #expect(failed.map(\.name) == [name])
    }
  }

  @Test func changedParameterFails() throws {
    let tensors = Self.narrowTensors
    let changed = tensors.changing("param.ntm.fc.bias", by: 1e-3)
    let file = try RecordingFile(kind: Self.kindA, source: Self.pytorch, changed)
    let report = try Verifier.verify(file.manifest)
    #expect(report.failed > 0)
  }

  @Test func whatNobodyComparesIsCounted() throws {
    let tensors = madeShift(taps: 3, slots: 4, sequences: 2) + [("strange", [1], [2])]
    let file = try RecordingFile(kind: "C: pieces", source: Self.pytorch, tensors)
    let report = try Verifier.verify(file.manifest)
    let summary = VerificationReport.summary(of: [report, report])
    #expect(summary == "6 passed, 0 failed, 2 not checked")
    let reason = Verification.Verdict.notChecked(reason: "ours has nothing to compare with it")
    #expect(report.quantities.last?.verdict == reason)
  }

  /// The names of a state dictionary, where buffers belong to modules.
  @Test func importFromStateDictionary() throws {
    let reference = Self.wide
    let tensors = Self.wideTensors
    var content = Safetensors()
    for (name, shape, values) in tensors {
      if name.hasPrefix("param.") {
        content.tensors[String(name.dropFirst(6))] = StoredTensor(values, shape: shape)
      } else if name == "buffer.mem_bias" {
        content.tensors["memory.mem_bias"] = StoredTensor(values, shape: shape)
      } else if name.hasPrefix("buffer.") {
        content.tensors["ntm.\(name.dropFirst(7))"] = StoredTensor(values, shape: shape)
      }
    }
    let imported = try PytorchNTMImport(content, file: "weights.safetensors")
    #expect(imported.cell.configuration.shifts == 5)
    #expect(imported.cell.configuration.readHeads == 2)
    let program = try Program(
      imported.cell, parameters: imported.parameters.list, objective: .binaryCrossEntropy)
    let session = Session(program, parameters: imported.parameters)
    let x = try #require(tensors.first { $0.name == "X" }).values
    let outputs = try #require(tensors.first { $0.name == "step.output" }).values
    // The first sequence: the recording has all sequences of a step behind one another.
    for step in 0...reference.length {
      let start = step * reference.sequences * reference.inputs
      let logits = try session.step(x[start..<start + reference.inputs].map { Float($0) })
      let first = step * reference.sequences * reference.outputs
      for (index, logit) in logits.enumerated() {
        let deviation = abs(sigmoid(Double(logit)) - outputs[first + index])
        #expect(deviation < 1e-6)
      }
    }

    content.tensors["ntm.fc.bias"] = nil
    #expect(throws: FileError.self) { try PytorchNTMImport(content, file: "weights.safetensors") }
  }
}
