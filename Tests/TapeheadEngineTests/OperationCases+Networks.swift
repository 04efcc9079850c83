import TapeheadEngine

extension OperationCase {
  static let reductions: [OperationCase] = [
    OperationCase("sum", [Operand([3, 7])]) { x, _ in [x[0].sum().squared()] },
    OperationCase("sum of rows", [Operand([3, 7])]) { x, _ in [x[0].sumOfRows()] },
    OperationCase("dot", [Operand([17]), Operand([17])]) { x, _ in [x[0].dot(x[1])] },
    OperationCase("dot with itself", [Operand([5])]) { x, _ in [x[0].dot(x[0])] },
    OperationCase("broadcast", [Operand([1])]) { x, _ in [x[0].broadcast(to: [3, 7])] },
  ]

  static let products: [OperationCase] = [
    OperationCase("linear", [Operand([5])], weights: [[5, 17]]) { x, weights in
      [x[0].linear(weight: weights[0])]
    },
    OperationCase("linear map twice", [Operand([4])], weights: [[4, 4]]) { x, weights in
      [x[0].linear(weight: weights[0]).tanh().linear(weight: weights[0])]
    },
    OperationCase("two maps of one value", [Operand([5])], weights: [[5, 3], [5, 18]]) {
      x, weights in
      [x[0].linear(weight: weights[0]), x[0].linear(weight: weights[1])]
    },
    OperationCase("map of a joined value", [Operand([3]), Operand([2])], weights: [[9, 3]]) {
      x, weights in
      let zeros = x[0].trace.constant(0.5, shape: [2])
      return [concatenate([zeros, x[0].tanh(), x[1].exp(), zeros]).linear(weight: weights[0])]
    },
    OperationCase("matrix times vector", [Operand([3, 7]), Operand([7])]) { x, _ in
      [x[0].applied(to: x[1])]
    },
    OperationCase("matrix times vectors", [Operand([3, 17]), Operand([2, 17])]) { x, _ in
      [x[0].applied(to: x[1])]
    },
    OperationCase("vector times matrix", [Operand([3]), Operand([3, 7])]) { x, _ in
      [x[0].times(matrix: x[1])]
    },
    OperationCase("vectors times matrix", [Operand([2, 3]), Operand([3, 17])]) { x, _ in
      [x[0].times(matrix: x[1])]
    },
    OperationCase("outer product", [Operand([3]), Operand([7])]) { x, _ in [x[0].outer(x[1])] },
    OperationCase("sum of outer products", [Operand([2, 3]), Operand([2, 17])]) { x, _ in
      [x[0].outer(x[1])]
    },
    OperationCase("outer product with itself", [Operand([3])]) { x, _ in [x[0].outer(x[0])] },
    OperationCase("LSTM gates", [Operand([20], -2...2), Operand([5])]) { x, _ in
      let (cells, hidden) = x[0].lstmGates(cells: x[1])
      return [cells, hidden]
    },
    OperationCase("LSTM gates, hidden units only", [Operand([20], -2...2), Operand([5])]) { x, _ in
      [x[0].lstmGates(cells: x[1]).hidden]
    },
    OperationCase("LSTM gates, cells only", [Operand([20], -2...2), Operand([5])]) { x, _ in
      [x[0].lstmGates(cells: x[1]).cells]
    },
  ]

  static let losses: [OperationCase] = [Float(0), 1, 2.5].flatMap { weight in
    [
      OperationCase("binary cross-entropy, weight \(weight)", [Operand([5], -6...6)]) { x, _ in
        let targets = x[0].trace.constant([1, 0, 1, 0.25, 0], shape: [5])
        return [
          x[0].binaryCrossEntropy(
            targets: targets, weight: x[0].trace.constant(weight, shape: [1]))
        ]
      },
      OperationCase("softmax cross-entropy, weight \(weight)", [Operand([6], -3...3)]) { x, _ in
        let targets = x[0].trace.constant([0, 1, 0, 0.25, 0.5, 0.125], shape: [6])
        return [
          x[0].softmaxCrossEntropy(
            targets: targets, weight: x[0].trace.constant(weight, shape: [1]), group: 3)
        ]
      },
    ]
  }
}
