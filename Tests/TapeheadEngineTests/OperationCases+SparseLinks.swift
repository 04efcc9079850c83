import TapeheadEngine

extension OperationCase {
  /// Three entries for each of 5 slots, those without a link last.
  private static let slots: [Float] = [
    1, 0, 0, 0, 1,
    3, 2, 1, 4, 4,
    4, 4, 2, 3, 4,
  ]

  /// 0 where no link is.
  private static let present: [Float] = slots.enumerated().map { place, slot in
    Int(slot) == place % 5 ? 0 : 1
  }

  private static func links(_ degrees: Value) -> SparseLinks {
    let trace = degrees.trace
    return SparseLinks(
      degrees: degrees * trace.constant(present, shape: [3, 5]),
      slots: trace.constant(slots, shape: [3, 5]))
  }

  static let sparseLinks: [OperationCase] =
    [1, 4, 17].map { count in
      OperationCase("the \(count) largest", [Operand([17], 0.1...1)]) { x, _ in
        [x[0].largest(count).numbers]
      }
    } + [
      OperationCase(
        "sparse links updated",
        [Operand([3, 5], 0.05...0.3), Operand([5], 0.05...0.2), Operand([5], 0.05...0.2)]
      ) { x, _ in
        [links(x[0]).updated(writing: x[1].largest(3), precedence: x[2].largest(3)).degrees]
      },
      OperationCase(
        "sparse links updated where a write follows itself",
        [Operand([3, 5], 0.05...0.3), Operand([5], 0.05...0.2)]
      ) { x, _ in
        let write = x[1].largest(3)
        let links = links(x[0]).updated(writing: write, precedence: write)
        return [links.updated(writing: write, precedence: write).degrees]
      },
      OperationCase(
        "sparse links followed", [Operand([3, 5], 0.05...0.3), Operand([2, 5], 0...1)]
      ) { x, _ in
        let (forward, backward) = links(x[0]).directions(from: x[1])
        return [forward, backward]
      },
    ]
}
