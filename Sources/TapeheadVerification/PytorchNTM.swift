import TapeheadCells
import TapeheadEngine
import TapeheadTraining

// loudinthecloud/pytorch-ntm names its tensors
//   ntm.controller.lstm_h_bias, lstm_c_bias       [layers, 1, hidden]   first h and c
//   ntm.controller.lstm.*                         as torch.nn.LSTM
//   ntm.heads.K.fc_read.weight, .bias             [outputs, hidden]     read head
//   ntm.heads.K.fc_write.weight, .bias                                  write head
//   ntm.fc.weight, .bias                          [outputs, hidden + reads]
//   mem_bias [N, M], readJ_bias [1, M]            buffers: what a sequence starts from
// Our heads share one projection in which all read heads come first; ours is [inputs, outputs]; our
// memory is [M, N].

/// A Neural Turing Machine in the layout of pytorch-ntm: its sizes, our cell for it, and the maps.
struct PytorchNTM {
  let cell: NeuralTuringMachine
  let parameters: ParameterList
  /// What training changes there.
  let weights: [TensorMap]
  /// The first memory and the first reads, named mem_bias, read0_bias, ….
  let buffers: [TensorMap]
  /// By head in the order of the file: whether it reads, and its number among those.
  let heads: [Head]
  /// Where a head's numbers stand among those of all heads.
  let headRanges: [Range<Int>]

  struct Head: Equatable {
    let reads: Bool
    let number: Int
  }

  /// Finds the sizes in the shapes of the tensors.
  ///
  /// - Parameters:
  ///   - conventions: pytorch-ntm's, but for what its buffers are drawn or trained as.
  ///   - shape: By name as above; nil where there is no such tensor.
  /// - Throws: `Mismatch` when a tensor is missing or has a shape that does not fit.
  init(
    conventions: Conventions = .pytorchNTM, shape: (String) -> [Int]?
  ) throws(Mismatch) {
    let controller = "ntm.controller.lstm."
    guard let lstm = TorchLSTM(shape: { shape(controller + $0) }) else {
      throw Mismatch(name: controller + "weight_ih_l0", expected: "[4 · hidden, inputs]")
    }
    guard let memory = shape("mem_bias"), memory.count == 2, memory.allSatisfy({ $0 > 0 }) else {
      throw Mismatch(name: "mem_bias", expected: "[slots, width]")
    }
    let (slots, width) = (memory[0], memory[1])
    let heads = PytorchNTM.heads(shape)
    let reads = heads.count { $0.reads }
    guard heads == PytorchNTM.alternating(reads: reads, writes: heads.count - reads) else {
      throw Mismatch(name: "ntm.heads", expected: "read 0, write 0, read 1, write 1, … in order")
    }
    // A read head has k [M], β, g, s, γ.
    let first = "ntm.heads.0.fc_read.bias"
    guard let emitted = shape(first)?.first, emitted - width - 3 > 0,
      (emitted - width - 3) % 2 == 1
    else { throw Mismatch(name: first, expected: "[width + 3 + an odd number of shifts]") }
    guard let output = shape("ntm.fc.weight"), output.count == 2, output[0] > 0 else {
      throw Mismatch(name: "ntm.fc.weight", expected: "[outputs, hidden + reads · width]")
    }
    guard lstm.inputs > reads * width else {
      throw Mismatch(
        name: controller + "weight_ih_l0", expected: "more than \(reads * width) columns")
    }
    let configuration = NeuralTuringMachine.Configuration(
      controller: ControllerConfiguration(
        kind: .lstm, units: lstm.units, layers: lstm.layers, skips: false),
      slots: slots, width: width, readHeads: reads, writeHeads: heads.count - reads,
      shifts: emitted - width - 3, conventions: conventions)
    var list = ParameterList()
    self.cell = NeuralTuringMachine(
      configuration, inputs: lstm.inputs - reads * width, outputs: output[0], in: &list)
    self.parameters = list
    self.heads = heads
    self.headRanges = PytorchNTM.ranges(of: heads, emitted: emitted, width: width)
    self.buffers = PytorchNTM.buffers(list, slots: slots, width: width, reads: reads)
    self.weights =
      PytorchNTM.firstState(lstm, list)
      + lstm.maps(into: list, at: "controller/", prefix: controller)
      + zip(heads.indices, headRanges).flatMap { index, range in
        PytorchNTM.linear(
          heads[index].reads ? "ntm.heads.\(index).fc_read" : "ntm.heads.\(index).fc_write",
          list, "heads", columns: range)
      } + PytorchNTM.linear("ntm.fc", list, "output", columns: 0..<output[0])
    for map in weights + buffers where shape(map.name) != map.shape {
      throw Mismatch(name: map.name, expected: "\(map.shape)")
    }
  }

  /// A tensor that is missing or has another shape.
  struct Mismatch: Error {
    let name: String
    let expected: String
  }

  /// The heads in the order of their numbers, up to the first that is missing.
  private static func heads(_ shape: (String) -> [Int]?) -> [Head] {
    var heads: [Head] = []
    while true {
      let reads = shape("ntm.heads.\(heads.count).fc_read.weight") != nil
      guard reads || shape("ntm.heads.\(heads.count).fc_write.weight") != nil else { return heads }
      heads.append(Head(reads: reads, number: heads.count { $0.reads == reads }))
    }
  }

  /// Read head 0, write head 0, read head 1, …: the order of `HeadOrder.alternating`.
  private static func alternating(reads: Int, writes: Int) -> [Head] {
    (0..<max(reads, writes)).flatMap { number in
      [Head(reads: true, number: number), Head(reads: false, number: number)]
        .filter { number < ($0.reads ? reads : writes) }
    }
  }

  private static func ranges(of heads: [Head], emitted: Int, width: Int) -> [Range<Int>] {
    let reads = heads.count { $0.reads }
    let written = emitted + 2 * width
    return heads.map { head in
      let start =
        head.reads ? head.number * emitted : reads * emitted + head.number * written
      return start..<(start + (head.reads ? emitted : written))
    }
  }

  private static func linear(
    _ name: String, _ list: ParameterList, _ path: String, columns: Range<Int>
  ) -> [TensorMap] {
    let weight = list.required("\(path)/weight")
    return [
      TensorMap(
        "\(name).weight", shape: [columns.count, weight.shape.dimensions[0]], transposedIn: weight,
        column: columns.lowerBound),
      TensorMap(
        "\(name).bias", shape: [columns.count], in: list.required("\(path)/bias"),
        from: columns.lowerBound),
    ]
  }

  private static func firstState(_ lstm: TorchLSTM, _ list: ParameterList) -> [TensorMap] {
    [("lstm_h_bias", "first hidden"), ("lstm_c_bias", "first cells")].map { theirs, ours in
      TensorMap(
        "ntm.controller.\(theirs)", shape: [lstm.layers, 1, lstm.units],
        parts: (0..<lstm.layers).map { list.required("controller/layer \($0)/\(ours)") })
    }
  }

  private static func buffers(
    _ list: ParameterList, slots: Int, width: Int, reads: Int
  ) -> [TensorMap] {
    let memory = TensorMap(
      "mem_bias", shape: [slots, width], transposedIn: list.required("first memory"))
    return [memory]
      + (0..<reads).map { head in
        TensorMap(
          "read\(head)_bias", shape: [1, width],
          in: list.required("read head \(head)/first read"))
      }
  }
}
