import TapeheadCells
import TapeheadEngine

/// A piece of a DNC as it is recorded: its name, its inputs, and what ours does with them.
struct DNCForm: Sendable {
  let operation: String
  /// In the order in which ours takes them.
  let inputs: [String]
  /// In the order in which ours gives them; "order" is recorded beside the outputs.
  let outputs: [String]
  /// Strengths are recorded before their activation, which the case's name holds.
  let make:
    @Sendable (_ x: [Value], _ strength: Activation, _ conventions: DNCConventions) -> [Value]

  private init(
    _ operation: String, _ inputs: [String], _ outputs: [String],
    _ make:
      @escaping @Sendable (
        _ x: [Value], _ strength: Activation, _ conventions: DNCConventions
      ) -> [Value]
  ) {
    self.operation = operation
    self.inputs = inputs
    self.outputs = outputs
    self.make = make
  }

  static let all = [
    DNCForm("content", ["memory", "keys", "strengths"], ["weights"]) { x, strength, conventions in
      [x[0].content(keys: x[1], strengths: x[2].activated(strength), conventions)]
    },
    DNCForm(
      "usage", ["write_weights", "free_gate", "read_weights", "prev_usage"], ["usage"]
    ) { x, _, conventions in
      let written = conventions.stopsUsageGradient ? x[0].withoutGradient() : x[0]
      return [x[3].usage(afterWriting: written, retaining: x[2].retention(gates: x[1]))]
    },
    DNCForm("allocation", ["usage"], ["allocation", "order"]) { x, _, conventions in
      [x[0].allocation(conventions), x[0].allocationOrder(conventions)]
    },
    DNCForm(
      "write_weighting",
      ["memory", "write_keys", "write_strengths", "allocation_gate", "write_gate", "usage"],
      ["write_weights"]
    ) { x, strength, conventions in
      let content = x[0].content(
        keys: x[1].reshaped(to: [1, x[1].count]), strengths: x[2].activated(strength),
        conventions
      ).reshaped(to: x[5].shape)
      let mixed = x[5].allocation(conventions).interpolated(with: content, gate: x[3])
      return [mixed.scaled(by: x[4])]
    },
    DNCForm(
      "erase_and_write", ["memory", "write_weights", "erase", "values"], ["memory"]
    ) { x, _, _ in [x[0].written(weighting: x[1], erase: x[2], add: x[3])] },
    DNCForm(
      "link", ["write_weights", "prev_link", "prev_precedence"], ["link", "precedence"]
    ) { x, _, _ in
      let links = x[1].links(
        afterWriting: x[0], precedence: x[2], from: x[0].reshaped(to: [1, x[0].count])
      ).links
      return [links, x[2].precedence(afterWriting: x[0])]
    },
    DNCForm("directional", ["link", "prev_read_weights"], ["forward", "backward"]) { x, _, _ in
      let (forward, backward) = x[0].directions(from: x[1])
      return [forward, backward]
    },
    DNCForm(
      "read_weighting",
      ["memory", "read_keys", "read_strengths", "read_mode", "prev_read_weights", "link"],
      ["read_weights", "read_vectors"]
    ) { x, strength, conventions in
      let content = x[0].content(
        keys: x[1], strengths: x[2].activated(strength), conventions)
      let (forward, backward) = x[5].directions(from: x[4])
      // The recorded modes are in the order of google-deepmind/dnc.
      let weightings = x[3].blend(of: [backward, forward, content])
      return [weightings, x[0].read(weightings)]
    },
  ]
}

extension Value {
  /// The weightings by content over this memory, `[h, N]`.
  fileprivate func content(
    keys: Value, strengths: Value, _ conventions: DNCConventions
  ) -> Value {
    LookupMemory(self, conventions).weightings(keys: keys, strengths: strengths, masks: nil)
  }

  /// Where these links `[N, N]` lead from weightings `[h, N]`, as products: the recorded cotangents are those of any
  /// matrix, while links after a write, as the cell follows them, have a diagonal of 0.
  fileprivate func directions(from weightings: Value) -> (forward: Value, backward: Value) {
    (applied(to: weightings), weightings.times(matrix: self))
  }
}
