import TapeheadCells
import TapeheadEngine

// The operations that pieces of an NTM are recorded of, each in the words of the paper.

/// An operation as it is recorded: its name, its inputs, and what ours does with them.
struct AddressingForm: Sendable {
  let operation: String
  /// In the order in which ours takes them.
  let inputs: [String]
  /// Empty for the one output of most.
  let outputNames: [String]
  let outputs: @Sendable (_ inputs: [Value], _ conventions: Conventions) -> [Value]

  private init(
    _ operation: String, _ inputs: [String], outputNames: [String] = [""],
    _ outputs: @escaping @Sendable (_ inputs: [Value], _ conventions: Conventions) -> [Value]
  ) {
    self.operation = operation
    self.inputs = inputs
    self.outputNames = outputNames
    self.outputs = outputs
  }

  /// Every form; of one operation, the inputs tell which.
  ///
  /// A piece that starts from `w_prev` is recorded from the end of the whole addressing, so that even
  /// a shifted weighting is divided by its sum.
  static let all = [
    AddressingForm("content", ["memory", "k", "beta"]) { x, conventions in
      [x[0].contentWeighting(key: x[1], strength: x[2], conventions)]
    },
    AddressingForm("interpolate", ["w_c", "w_prev", "g"]) { x, _ in
      [x[0].interpolated(with: x[1], gate: x[2])]
    },
    AddressingForm("shift", ["w", "s"]) { x, conventions in [x[0].moved(by: x[1], conventions)] },
    AddressingForm("shift", ["w_prev", "s"]) { x, conventions in
      let one = x[0].trace.constant(1, shape: [1])
      return [x[0].moved(by: x[1], conventions).sharpened(by: one, conventions)]
    },
    AddressingForm("sharpen", ["w", "gamma"]) { x, conventions in
      [x[0].sharpened(by: x[1], conventions)]
    },
    AddressingForm("sharpen", ["w_prev", "gamma"]) { x, conventions in
      [x[0].sharpened(by: x[1], conventions)]
    },
    AddressingForm("full", ["memory", "k", "beta", "g", "s", "gamma", "w_prev"]) { x, conventions in
      let content = x[0].contentWeighting(key: x[1], strength: x[2], conventions)
      return [
        content.interpolated(with: x[6], gate: x[3]).moved(by: x[4], conventions)
          .sharpened(by: x[5], conventions)
      ]
    },
    AddressingForm("full", ["raw", "w_prev", "memory"], outputNames: ["w", "r"]) { x, conventions in
      // raw is k [M], β, g, s, γ before their activations.
      let width = x[2].shape.dimensions[0]
      let layout = HeadLayout(
        width: width, shifts: x[0].count - width - 3, readHeads: 1, writeHeads: 0,
        conventions: conventions)
      let head = layout.parameters(from: x[0]).reads[0]
      let weighting = x[2].weightings(
        of: [AddressedHead("head", head, previous: x[1])], conventions)[0]
      return [weighting, x[2].read(weighting)]
    },
    AddressingForm("write", ["memory", "w", "e", "a"]) { x, _ in
      [x[0].written(weighting: x[1], erase: x[2], add: x[3])]
    },
    AddressingForm("read", ["memory", "w"]) { x, _ in [x[0].read(x[1])] },
  ]
}

extension Value {
  /// The weighting by content over this memory.
  fileprivate func contentWeighting(
    key: Value, strength: Value, _ conventions: Conventions
  ) -> Value {
    cosineSimilarity(to: key, conventions.similarity).contentWeighting(strength: strength)
  }

  /// This weighting moved by a distribution over shifts, taps in the order of the conventions.
  fileprivate func moved(by shift: Value, _ conventions: Conventions) -> Value {
    convolved(with: shift, shifts: conventions.shiftOrder.shifts(shift.count))
  }

  fileprivate func sharpened(by gamma: Value, _ conventions: Conventions) -> Value {
    sharpened(by: gamma, epsilon: conventions.sharpeningEpsilon)
  }
}
