import TapeheadCells
import TapeheadEngine

// google-deepmind/dnc (with Sonnet, matrices [inputs, outputs]) names its tensors
//   lstm.w_gates, lstm.b_gates       over [x, reads, h]; columns i, j (our g), f, o; f has 1 added to it
//   memory_access.PART.w, .b         one linear map for each part of the interface
//   output_linear.w, .b              over [h, reads]
// RobertCsordas/dnc (with torch, matrices [outputs, inputs])
//   controller.in_to_all_0.weight, .bias over [x, reads], out_to_all_0.weight over h; rows f, i, o, g
//   controller_to_controls.weight, .bias    the whole interface
//   controller_to_out.weight, .bias, read_to_out.weight, .bias

/// Another program's DNC: how it names what ours has.
enum DNCProgram: String {
  case deepMind = "google-deepmind/dnc"
  case csordas = "RobertCsordas/dnc"

  /// The program's conventions, without what its recordings switch off.
  var conventions: DNCConventions {
    switch self {
    case .deepMind:
      var conventions = DNCConventions.deepMind
      conventions.activationClip = 0
      return conventions
    case .csordas:
      var conventions = DNCConventions.csordas2019
      conventions.strengthActivation = .oneplus
      (conventions.masksLookup, conventions.wipesFreedSlots) = (false, false)
      conventions.sharpensLinks = false
      return conventions
    }
  }

  /// What a forget gate has beside the recorded bias.
  var forgetBias: Float { self == .deepMind ? 1 : 0 }

  var modeOrder: DNCFields.ModeOrder {
    self == .deepMind ? .backwardForwardContent : .backwardContentForward
  }

  /// The parts of the interface in the program's order, where it is one vector.
  static let csordasInterface = [
    "write_keys", "erase_vectors", "write_vectors", "free_gate", "write_strengths",
    "allocation_gate", "write_gate", "read_keys", "read_strengths", "read_mode",
  ]

  /// What a value of the first state is called.
  func firstState(_ name: String) -> String {
    self == .deepMind ? "state0.\(name)" : "\(name)0"
  }

  /// The maps of all parameters.
  func maps(_ fields: DNCFields, inputs: Int, units: Int, list: ParameterList) -> [TensorMap] {
    let gates = Matrix("controller/layer 0/gates", list)
    let interface = Matrix("interface", list)
    let output = Matrix("output", list)
    // Ours are i, f, g, o.
    func blocks(_ order: [Int]) -> [Int] {
      order.flatMap { $0 * units..<($0 + 1) * units }
    }
    switch self {
    case .deepMind:
      let columns = blocks([0, 2, 1, 3])
      return gates.maps("lstm.w_gates", "lstm.b_gates", columns)
        + fields.parts.flatMap { name, numbers in
          interface.maps("memory_access.\(name).w", "memory_access.\(name).b", numbers)
        } + output.maps("output_linear.w", "output_linear.b", Array(0..<output.columns))
    case .csordas:
      let columns = blocks([1, 0, 3, 2])
      let (all, answers) = (fields.numbers(Self.csordasInterface), Array(0..<output.columns))
      return [
        gates.map("controller.in_to_all_0.weight", rows: 0..<gates.rows - units, columns),
        TensorMap("controller.in_to_all_0.bias", numbers: columns, in: gates.bias),
        gates.map(
          "controller.out_to_all_0.weight", rows: gates.rows - units..<gates.rows, columns),
        interface.map("controller_to_controls.weight", rows: 0..<units, all),
        TensorMap("controller_to_controls.bias", numbers: all, in: interface.bias),
        output.map("controller_to_out.weight", rows: 0..<units, answers),
        TensorMap("controller_to_out.bias", numbers: answers, in: output.bias),
        output.map("read_to_out.weight", rows: units..<output.rows, answers),
        TensorMap("read_to_out.bias", numbers: answers, in: output.bias),
      ]
    }
  }
}

/// One of our linear maps.
private struct Matrix {
  let weight: Parameter
  let bias: Parameter

  var rows: Int { weight.shape.dimensions[0] }
  var columns: Int { weight.shape.dimensions[1] }

  init(_ name: String, _ list: ParameterList) {
    self.weight = list.required("\(name)/weight")
    self.bias = list.required("\(name)/bias")
  }

  /// A matrix over all inputs and a bias, of some columns of ours.
  func maps(_ weightName: String, _ biasName: String, _ columns: [Int]) -> [TensorMap] {
    [
      TensorMap(weightName, rows: 0..<rows, columns: columns, in: weight),
      TensorMap(biasName, numbers: columns, in: bias),
    ]
  }

  /// A transposed matrix over some inputs.
  func map(_ name: String, rows: Range<Int>, _ columns: [Int]) -> TensorMap {
    TensorMap(name, rows: rows, columns: columns, in: weight, transposed: true)
  }
}
