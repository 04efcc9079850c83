import TapeheadEngine

extension OperationCase {
  static let arithmetic: [OperationCase] = [
    OperationCase("a + b", [Operand([2, 3]), Operand([2, 3])]) { x, _ in [x[0] + x[1]] },
    OperationCase("a - b", [Operand([5]), Operand([5])]) { x, _ in [x[0] - x[1]] },
    OperationCase("a * b", [Operand([17]), Operand([17])]) { x, _ in [x[0] * x[1]] },
    OperationCase("a / b", [Operand([5]), Operand([5], 0.5...2)]) { x, _ in [x[0] / x[1]] },
    OperationCase("a + a", [Operand([5])]) { x, _ in [x[0] + x[0]] },
    OperationCase("a * a", [Operand([5])]) { x, _ in [x[0] * x[0]] },
    OperationCase("a / a", [Operand([5], 0.5...2)]) { x, _ in [x[0] / x[0]] },
    OperationCase("a - a * a", [Operand([5])]) { x, _ in [x[0] - x[0] * x[0]] },
    OperationCase("scaled by a number", [Operand([2, 9]), Operand([1])]) { x, _ in
      [x[0].scaled(by: x[1])]
    },
    OperationCase("divided by a number", [Operand([18]), Operand([1], 0.5...2)]) { x, _ in
      [x[0].divided(by: x[1])]
    },
    OperationCase("shifted by a number", [Operand([18]), Operand([1])]) { x, _ in
      [x[0].shifted(by: x[1])]
    },
    OperationCase("scaled by itself", [Operand([1])]) { x, _ in [x[0].scaled(by: x[0])] },
    OperationCase("times a fixed number", [Operand([5])]) { x, _ in [x[0] * 3, -0.5 * x[0]] },
    OperationCase("plus a fixed number", [Operand([5])]) { x, _ in [x[0] + 2, x[0] - 0.5] },
    OperationCase("one minus", [Operand([5])]) { x, _ in [1 - x[0], -x[0]] },
  ]

  static let functions: [OperationCase] = [
    OperationCase("exp", [Operand([17], -3...3)]) { x, _ in [x[0].exp()] },
    OperationCase("log", [Operand([17], 0.1...3)]) { x, _ in [x[0].log()] },
    OperationCase("tanh", [Operand([17], -4...4)]) { x, _ in [x[0].tanh()] },
    OperationCase("sigmoid", [Operand([17], -6...6)]) { x, _ in [x[0].sigmoid()] },
    OperationCase("softplus", [Operand([17], -6...6)]) { x, _ in [x[0].softplus()] },
    OperationCase("squared", [Operand([17], -2...2)]) { x, _ in [x[0].squared()] },
    OperationCase("square root", [Operand([17], 0.1...4)]) { x, _ in [x[0].squareRoot()] },
    OperationCase("relu", [Operand([17])]) { x, _ in [x[0].relu()] },
    OperationCase("clamped", [Operand([17])]) { x, _ in [x[0].clamped(-0.4, 0.6)] },
    OperationCase("copied", [Operand([5])]) { x, _ in [x[0].copied()] },
    OperationCase("softmax", [Operand([17], -2...2)]) { x, _ in [x[0].softmax()] },
    OperationCase("softmax of rows", [Operand([3, 5], -2...2)]) { x, _ in [x[0].softmax()] },
    OperationCase("activated in parts", [Operand([19], -2...2)]) { x, _ in
      x[0].activated([
        (3, .identity), (2, .tanh), (1, .sigmoid), (4, .softmax), (1, .softplus), (3, .oneplus),
        (2, .relu), (3, .softmax),
      ])
    },
  ]

  static let activations = Activation.allCases.map { activation in
    OperationCase("activated by \(activation)", [Operand([17], -3...3)]) { x, _ in
      [x[0].activated(activation)]
    }
  }

  static let parts: [OperationCase] = [
    OperationCase("concatenate", [Operand([2]), Operand([2, 2]), Operand([17])]) { x, _ in
      [concatenate(x)]
    },
    OperationCase("concatenate one", [Operand([2, 2])]) { x, _ in [concatenate([x[0]])] },
    OperationCase("concatenate twice the same", [Operand([3])]) { x, _ in
      [concatenate([x[0], x[0]])]
    },
    OperationCase("nested concatenate", [Operand([3]), Operand([2])]) { x, _ in
      [concatenate([concatenate([x[0].tanh(), x[1]]), x[0], concatenate([x[1].exp(), x[0]])])]
    },
    OperationCase("slices that overlap", [Operand([7])]) { x, _ in
      [x[0].slice(from: 0, count: 4).tanh(), x[0].slice(from: 2, count: 4) * 2, x[0]]
    },
    OperationCase("slice of a slice", [Operand([9])]) { x, _ in
      [x[0].slice(from: 2, count: 6).slice(from: 1, count: 3).exp()]
    },
    OperationCase("split", [Operand([6])]) { x, _ in
      let parts = x[0].split([1, 3, 2])
      return [parts[0].exp(), parts[2].tanh()]
    },
    OperationCase("reshaped", [Operand([2, 3]), Operand([3])]) { x, _ in
      [x[0].reshaped(to: [3, 2]).times(matrix: x[0]), x[0].applied(to: x[1])]
    },
    OperationCase("without gradient", [Operand([5]), Operand([5])]) { x, _ in
      [x[0].withoutGradient() * x[1], x[0].withoutGradient() * x[0]]
    },
    OperationCase("part without gradient", [Operand([5])]) { x, _ in
      [x[0].withoutGradient().slice(from: 1, count: 3) * x[0].slice(from: 2, count: 3)]
    },
    OperationCase("slices of a joined value", [Operand([4]), Operand([5])]) { x, _ in
      let joined = concatenate([x[0].exp(), x[1]])
      return [
        joined.slice(from: 1, count: 2).tanh(), joined.slice(from: 2, count: 4), joined,
        joined.withoutGradient().slice(from: 5, count: 3) * joined.slice(from: 6, count: 3),
      ]
    },
    OperationCase("slices joined again", [Operand([6])]) { x, _ in
      let parts = x[0].split([1, 3, 2])
      return [
        concatenate([parts[0], parts[1]]).exp(), concatenate([parts[2], parts[1]]),
        concatenate([parts[1].withoutGradient(), parts[2]]) * x[0].slice(from: 1, count: 5),
      ]
    },
  ]
}
