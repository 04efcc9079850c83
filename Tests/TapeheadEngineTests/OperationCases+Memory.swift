import TapeheadEngine

extension OperationCase {
  /// The ways to keep away from 0/0 that the conventions use.
  private static let epsilons: [(name: String, epsilon: SimilarityEpsilon)] = [
    ("inside the root", SimilarityEpsilon(insideRoot: 0.01)),
    ("floor below", SimilarityEpsilon(floor: 1e-8)),
    ("floor above", SimilarityEpsilon(floor: 1.2)),
    ("beside the product", SimilarityEpsilon(besideProduct: 0.05)),
  ]

  static let similarity: [OperationCase] = epsilons.flatMap { name, epsilon in
    [
      OperationCase("similarity of one key, \(name)", [Operand([3, 5]), Operand([3])]) { x, _ in
        [x[0].cosineSimilarity(to: x[1], epsilon)]
      },
      OperationCase("similarity of keys, \(name)", [Operand([4, 17]), Operand([3, 4])]) { x, _ in
        [x[0].cosineSimilarity(to: x[1], epsilon)]
      },
    ]
  }

  static let addressing: [OperationCase] =
    [
      OperationCase("content weighting", [Operand([17]), Operand([1], 0...5)]) { x, _ in
        [x[0].contentWeighting(strength: x[1])]
      },
      OperationCase(
        "strong content weighting", [Operand([17]), Operand([1], 30...40)], bound: 1e-4
      ) {
        x, _ in [x[0].contentWeighting(strength: x[1])]
      },
      OperationCase("content weightings", [Operand([3, 5]), Operand([3], 0...5)]) { x, _ in
        [x[0].contentWeighting(strength: x[1])]
      },
      OperationCase("interpolated", [Operand([17]), Operand([17]), Operand([1], 0...1)]) { x, _ in
        [x[0].interpolated(with: x[1], gate: x[2])]
      },
      OperationCase("interpolated with itself", [Operand([5]), Operand([1], 0...1)]) { x, _ in
        [x[0].interpolated(with: x[0], gate: x[1])]
      },
    ]
    + shifts.map { shifts in
      OperationCase(
        "convolved by \(shifts)", [Operand([9], 0...1), Operand([shifts.count], 0...1)]
      ) { x, _ in [x[0].convolved(with: x[1], shifts: shifts)] }
    }

  private static let shifts: [[Int]] = [
    [0], [-1, 0, 1], [1, 0, -1], [0, 1, -1], [-2, -1, 0, 1, 2], [2, 1, 0, -1, -2],
    [0, 1, 2, -2, -1], [-3, -2, -1, 0, 1, 2, 3], [0, 1, 2, 3, -3, -2, -1],
  ]

  static let sharpening: [OperationCase] = [
    ("1", Float(1.5)...1.5, Float(0), 1e-5), ("5", 5...5, 0, 1e-5), ("5, ε", 5...5, 1e-3, 1e-5),
    ("20", 20...20, 0, 1e-4), ("100", 100...100, 0, 1e-4),
  ].map { name, gamma, epsilon, bound in
    OperationCase(
      "sharpened by \(name)", [Operand([17], 0.3...1), Operand([1], gamma)], bound: bound
    ) { x, _ in [x[0].sharpened(by: x[1], epsilon: epsilon)] }
  }

  static let writing: [OperationCase] = [
    OperationCase(
      "written", [Operand([3, 17]), Operand([17], 0...1), Operand([3], 0...1), Operand([3])]
    ) { x, _ in [x[0].written(weighting: x[1], erase: x[2], add: x[3])] },
    OperationCase(
      "written by two",
      [Operand([3, 5]), Operand([2, 5], 0...1), Operand([2, 3], 0...1), Operand([2, 3])]
    ) { x, _ in [x[0].written(weighting: x[1], erase: x[2], add: x[3])] },
    OperationCase(
      "written where nothing stays",
      [Operand([2, 3]), Operand([3], 1...1), Operand([2], 1...1), Operand([2])]
    ) { x, _ in [x[0].written(weighting: x[1], erase: x[2], add: x[3])] },
    OperationCase("read", [Operand([3, 17]), Operand([17], 0...1)]) { x, _ in [x[0].read(x[1])] },
    OperationCase("read by two", [Operand([3, 5]), Operand([2, 5], 0...1)]) { x, _ in
      [x[0].read(x[1])]
    },
    OperationCase(
      "erase and add of one vector", [Operand([3, 5]), Operand([5], 0...1), Operand([3], 0...1)]
    ) { x, _ in [x[0].written(weighting: x[1], erase: x[2], add: x[2])] },
  ]
}
