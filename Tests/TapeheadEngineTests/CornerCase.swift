import TapeheadEngine
import TestSupport
import Testing

/// A small cell that is awkward to plan or to differentiate.
struct CornerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let make: @Sendable (inout ParameterList) -> ClosureCell

  init(_ name: String, _ make: @escaping @Sendable (inout ParameterList) -> ClosureCell) {
    self.name = name
    self.make = make
  }

  var testDescription: String { name }

  /// The cell's program, with the output itself as the loss.
  func program(differentiating extra: Program.Differentiation = []) throws -> Program {
    var list = ParameterList()
    let cell = make(&list)
    return try Program(cell, parameters: list, objective: .output, differentiating: extra)
  }
}

/// Parameters that a test gives numbers of its own, or none.
extension ParameterList {
  mutating func vector(_ name: String, _ count: Int) -> Parameter {
    declare(name, shape: [count], initialisation: .constant(0))
  }

  mutating func matrix(_ name: String, _ rows: Int, _ columns: Int) -> Parameter {
    declare(name, shape: [rows, columns], layout: .matrix, initialisation: .constant(0))
  }
}

extension CornerCase {
  static let all = states + parameters + sums + stages

  /// What states can be.
  static let states: [CornerCase] = [
    CornerCase("states swap places") { list in
      let (a, b) = (list.vector("a", 3), list.vector("b", 3))
      return ClosureCell(inputs: 3, outputs: 1) { trace in
        [trace.parameter(a), trace.parameter(b) * 2]
      } step: { states, input in
        ([states[1], states[0]], mixed([(states[0] * input).tanh(), states[1]], seed: 1))
      }
    },
    CornerCase("three states in a ring, one changed") { list in
      let a = list.vector("a", 3)
      let b = list.vector("b", 3)
      return ClosureCell(inputs: 3, outputs: 1) { trace in
        [trace.parameter(a), trace.parameter(b), trace.constant(0.5, shape: [3])]
      } step: { states, input in
        ([states[1], (states[2] * input).tanh(), states[0]], mixed(states, seed: 1))
      }
    },
    CornerCase("a state passes through") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a).tanh()]
      } step: { states, input in
        ([states[0]], states[0].dot(input))
      }
    },
    CornerCase("a state is the input") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        ([input], (states[0] * states[0].trace.parameter(a)).tanh().sum())
      }
    },
    CornerCase("an old sum of inputs") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        ([states[0] + input], states[0].exp().sum())
      }
    },
    CornerCase("the output is what the step finds") { list in
      let a = list.vector("a", 1)
      return ClosureCell(inputs: 1, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        ([(states[0] * input).tanh()], states[0])
      }
    },
    CornerCase("two states are one value") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) { trace in
        [trace.parameter(a), trace.parameter(a)]
      } step: { states, input in
        let next = (states[0] * states[1] + input).tanh()
        return ([next, next], mixed([states[0], next], seed: 1))
      }
    },
    CornerCase("a state is part of another") { list in
      let a = list.vector("a", 5)
      return ClosureCell(inputs: 5, outputs: 1) { trace in
        let first = trace.parameter(a).sigmoid()
        return [first, first.slice(from: 1, count: 3)]
      } step: { states, input in
        let next = (states[0] + input).tanh()
        return (
          [next, next.slice(from: 2, count: 3)], mixed([states[1].exp(), states[0]], seed: 1)
        )
      }
    },
    CornerCase("constants as states") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) { trace in
        [trace.constant(1, shape: [3]), trace.constant(2, shape: [3])]
      } step: { states, input in
        let value = (states[0] * input.trace.parameter(a)).tanh()
        return ([input.trace.constant(0.5, shape: [3]), states[1] * value], states[1].sum())
      }
    },
    CornerCase("a state that no loss sees") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) { trace in
        [trace.parameter(a), trace.parameter(a)]
      } step: { states, input in
        ([(states[0] + input).tanh(), states[1] * input], states[0].sum())
      }
    },
    CornerCase("a state is joined from parts") { list in
      let (a, b) = (list.vector("a", 2), list.vector("b", 3))
      return ClosureCell(inputs: 5, outputs: 1) { trace in
        [concatenate([trace.parameter(a), trace.parameter(b).exp()])]
      } step: { states, input in
        let parts = (states[0] * input).split([3, 2])
        return ([concatenate([parts[1].tanh(), parts[0]])], mixed([states[0]], seed: 1))
      }
    },
    CornerCase("a state overwrites itself early") { list in
      let a = list.vector("a", 17)
      return ClosureCell(inputs: 17, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        let next = (states[0] * 0.5 + input).tanh() * 0.9
        return ([next], mixed([next.exp(), states[0]], seed: 1))
      }
    },
    CornerCase("states add up") { list in
      let (a, b) = (list.vector("a", 3), list.vector("b", 3))
      return ClosureCell(inputs: 3, outputs: 1) { trace in
        [trace.parameter(a), trace.parameter(b)]
      } step: { states, input in
        let sum = states[0] + states[1]
        return ([sum, (sum - input) * 0.5], mixed([sum.tanh()], seed: 1))
      }
    },
  ]

  /// How parameters can be used.
  static let parameters: [CornerCase] = [
    CornerCase("a parameter in the first state and in the step") { list in
      let a = list.vector("a", 3)
      let w = list.matrix("w", 3, 3)
      return ClosureCell(inputs: 3, outputs: 1) { trace in
        [trace.parameter(a).linear(weight: w, bias: a).tanh()]
      } step: { states, input in
        let next = (states[0] + input).linear(weight: w, bias: a).tanh()
        return ([next], mixed([next * input.trace.parameter(a)], seed: 1))
      }
    },
    CornerCase("a linear map applied three times") { list in
      let w = list.matrix("w", 4, 4)
      let b = list.vector("b", 4)
      return ClosureCell.stateless(inputs: 4, outputs: 1) { input in
        let once = input.linear(weight: w, bias: b).tanh()
        let twice = once.linear(weight: w).tanh()
        return mixed([twice.linear(weight: w, bias: b), once], seed: 1)
      }
    },
    CornerCase("a bias that is also a state and an operand") { list in
      let w = list.matrix("w", 3, 3)
      let b = list.vector("b", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(b)]
      } step: { states, input in
        let next = (states[0] * input).linear(weight: w, bias: b)
        return ([next.tanh()], mixed([next + input.trace.parameter(b)], seed: 1))
      }
    },
    CornerCase("a parameter through the state only") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.constant(0, shape: [3])]
      } step: { states, input in
        ([states[0] * 0.5 + input.trace.parameter(a)], mixed([states[0].tanh() * input], seed: 1))
      }
    },
    CornerCase("a parameter without use and a fixed one") { list in
      let a = list.vector("a", 3)
      _ = list.vector("unused", 5)
      let fixed = list.declare(
        "fixed", shape: [3], initialisation: .constant(0), trained: false)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(fixed)]
      } step: { states, input in
        let product = input.trace.parameter(a) * input.trace.parameter(fixed)
        return ([states[0] * product + input], mixed([states[0]], seed: 1))
      }
    },
  ]

  /// Products that need nothing of the step before, between operations that do.
  static let stages: [CornerCase] = [
    CornerCase("a recurrent layer on another, and a product between and behind") { list in
      let (v, w) = (list.matrix("v", 7, 4), list.matrix("w", 4, 5))
      let (u, x) = (list.matrix("u", 8, 3), list.matrix("x", 3, 2))
      let (a, b) = (list.vector("a", 4), list.vector("b", 3))
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a), $0.parameter(b)]
      } step: { states, input in
        let lower = concatenate([input, states[0]]).linear(weight: v).tanh()
        let between = lower.linear(weight: w)
        let upper = between.linear(with: states[1], weight: u, bias: b).tanh()
        return ([lower, upper], mixed([upper.linear(weight: x).tanh(), between], seed: 1))
      }
    },
    CornerCase("products of the input, of each other, of an old state, and as a state") { list in
      let (v, w) = (list.matrix("v", 3, 4), list.matrix("w", 4, 4))
      let a = list.vector("a", 4)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a), $0.parameter(a) * 2]
      } step: { states, input in
        let twice = input.linear(weight: v).linear(weight: w)
        let old = states[1].linear(weight: w)
        return ([twice, (states[1] * twice).tanh()], mixed([old, states[0], twice], seed: 1))
      }
    },
    CornerCase("a product between a state and what finds it a step later") { list in
      let w = list.matrix("w", 3, 3)
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        let now = (input * input.trace.parameter(a)).tanh()
        return ([now], mixed([now.linear(weight: w) * states[0]], seed: 1))
      }
    },
    CornerCase("a two-part product that starts from a product") { list in
      let w = list.matrix("w", 7, 20)
      let (a, b) = (list.vector("a", 4), list.vector("b", 20))
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        let sums = input.linear(with: states[0], weight: w, bias: b)
        let parts = sums.tanh().split([4, 16])
        return ([parts[0]], mixed([parts[1], states[0]], seed: 1))
      }
    },
  ]

  /// Values with several readers, whose cotangents are summed.
  static let sums: [CornerCase] = [
    CornerCase("many uses of one value") { list in
      let a = list.vector("a", 17)
      return ClosureCell.stateless(inputs: 17, outputs: 1) { input in
        let x = input * input.trace.parameter(a)
        let uses = [x.tanh(), x + x, x * x, x - input, (x * 0.5).exp(), x.softmax(), x]
        return mixed(uses, seed: 1)
      }
    },
    CornerCase("slices that overlap, nested in joins") { list in
      let a = list.vector("a", 9)
      return ClosureCell.stateless(inputs: 9, outputs: 1) { input in
        let x = (input * input.trace.parameter(a)).tanh()
        let left = x.slice(from: 0, count: 6)
        let inner = concatenate([x.slice(from: 3, count: 6), left.slice(from: 2, count: 2)])
        let outer = concatenate([left, inner.exp(), inner, x])
        return mixed([outer * outer, inner, left], seed: 1)
      }
    },
    CornerCase("a part of a join is read after it") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        let x = (input + states[0]).tanh()
        let joined = concatenate([x, input, x.exp()])
        let late = (x * 2).sigmoid()
        return ([late], mixed([joined.squared(), late, x], seed: 1))
      }
    },
    CornerCase("a value is joined twice") { list in
      let a = list.vector("a", 3)
      return ClosureCell.stateless(inputs: 3, outputs: 1) { input in
        let x = (input * input.trace.parameter(a)).tanh()
        let joined = concatenate([x, x])
        return mixed([joined.exp(), concatenate([input, x, joined])], seed: 1)
      }
    },
    CornerCase("a matrix from joined rows") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        let rows = [states[0] * input, input.tanh() * states[0], states[0]]
        let matrix = concatenate(rows).reshaped(to: [3, 3])
        let next = matrix.applied(to: states[0]).tanh()
        return ([next], mixed([matrix.times(matrix: matrix), next], seed: 1))
      }
    },
    CornerCase("only a slice of a joined value is used") { list in
      let (a, b) = (list.vector("a", 4), list.vector("b", 4))
      return ClosureCell.stateless(inputs: 4, outputs: 1) { input in
        let left = input * input.trace.parameter(a)
        let joined = concatenate([left, input.trace.parameter(b).tanh(), input])
        return mixed([joined.slice(from: 2, count: 4).exp()], seed: 1)
      }
    },
    CornerCase("the output is a part, and the input passes to it") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        ([(states[0] + input).tanh()], (states[0] * input).slice(from: 1, count: 1))
      }
    },
    CornerCase("a kernel gives two cotangents to one value") { list in
      let a = list.vector("a", 3)
      return ClosureCell(inputs: 3, outputs: 1) {
        [$0.parameter(a)]
      } step: { states, input in
        let memory = states[0].outer(input)
        let next = memory.written(weighting: states[0], erase: states[0], add: states[0])
        return ([next.read(input).tanh()], mixed([next, states[0]], seed: 1))
      }
    },
  ]
}
