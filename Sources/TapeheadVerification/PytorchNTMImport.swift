public import TapeheadCells
public import TapeheadEngine
public import TapeheadTraining

/// Parameters that loudinthecloud/pytorch-ntm trained, loaded into our Neural Turing Machine.
public struct PytorchNTMImport: Sendable {
  /// Our cell, with the sizes found in the file and the conventions `.pytorchNTM`.
  public let cell: NeuralTuringMachine
  /// What the cell's parameters hold.
  public let parameters: ParameterStore

  /// Reads a safetensors file whose tensors are named as a state dictionary of pytorch-ntm.
  ///
  /// Beside the names of a state dictionary (`ntm.fc.weight`, `ntm.memory.mem_bias`), those of our
  /// recordings are known (`param.ntm.fc.weight`, `buffer.mem_bias`); tensors of other names are left
  /// aside. All sizes, the number of heads and that of shifts follow from the shapes.
  ///
  /// - Throws: `FileError` when the file cannot be read, or a tensor is missing or does not fit.
  public init(reading path: String) throws {
    try self.init(Safetensors(reading: path), file: path)
  }

  /// Takes the parameters from the content of a file; `file` is its path, for errors.
  public init(_ content: Safetensors, file: String) throws {
    func tensor(_ name: String) -> StoredTensor? {
      let prefixes = ["", "param.", "buffer.", "ntm.", "ntm.memory.", "memory."]
      return prefixes.lazy.compactMap { content.tensors[$0 + name] }.first
    }
    let layout: PytorchNTM
    do {
      layout = try PytorchNTM(shape: { tensor($0)?.shape })
    } catch {
      throw error.fileError(in: file, found: tensor(error.name)?.shape)
    }
    self.cell = layout.cell
    self.parameters = ParameterStore(layout.parameters)
    try parameters.load(layout.weights + layout.buffers) { name in
      guard let numbers = tensor(name)?.doubles else {
        throw FileError(
          file, "has '\(name)' in a kind of number that is not F32 or F64",
          remedy: "store it as one of these")
      }
      return numbers
    }
  }
}

extension PytorchNTM.Mismatch {
  /// What is wrong, for the person who gave the file.
  func fileError(in file: String, found: [Int]?) -> FileError {
    FileError(
      file,
      found.map { "has '\(name)' as \($0) where \(expected) belongs" }
        ?? "lacks '\(name)', which should be \(expected)",
      remedy: "give a file in the layout of pytorch-ntm")
  }
}
