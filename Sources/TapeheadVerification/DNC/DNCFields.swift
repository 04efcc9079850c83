// Our interface vector is k^r, β^r, k^w, β^w, e, v, f, g^a, g^w, π; other programs have the same
// parts in another order, and the read modes of a head in another order too.

/// Where the parts of our interface vector of one write head stand.
struct DNCFields {
  /// The order of a head's read modes in a recording, as numbers of ours: backward, content, forward.
  enum ModeOrder: Sendable {
    case backwardContentForward, backwardForwardContent

    var modes: [Int] {
      switch self {
      case .backwardContentForward: [0, 1, 2]
      case .backwardForwardContent: [0, 2, 1]
      }
    }
  }

  /// By google-deepmind/dnc's names of them, in our order: the numbers of ours, in its order.
  let parts: [(name: String, numbers: [Int])]

  /// How many numbers there are.
  var count: Int { parts.reduce(0) { $0 + $1.numbers.count } }

  init(width: Int, readHeads: Int, modeOrder: ModeOrder) {
    let counts = [
      ("read_keys", readHeads * width), ("read_strengths", readHeads), ("write_keys", width),
      ("write_strengths", 1), ("erase_vectors", width), ("write_vectors", width),
      ("free_gate", readHeads), ("allocation_gate", 1), ("write_gate", 1),
    ]
    var parts: [(name: String, numbers: [Int])] = []
    var start = 0
    for (name, count) in counts {
      parts.append((name, Array(start..<start + count)))
      start += count
    }
    let modes = (0..<readHeads).flatMap { head in
      modeOrder.modes.map { start + 3 * head + $0 }
    }
    self.parts = parts + [("read_mode", modes)]
  }

  /// The numbers of parts of these names behind one another.
  func numbers(_ names: [String]) -> [Int] {
    names.flatMap { name in
      guard let part = parts.first(where: { $0.name == name }) else {
        preconditionFailure("an interface has no \(name)")
      }
      return part.numbers
    }
  }
}
