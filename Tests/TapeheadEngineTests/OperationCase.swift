import TapeheadEngine
import TestSupport
import Testing

/// An operation as cells use it, with the shapes and the domains of what it is applied to.
struct OperationCase: Sendable, CustomTestStringConvertible {
  struct Operand: Sendable {
    let shape: Shape
    let range: ClosedRange<Float>

    init(_ shape: Shape, _ range: ClosedRange<Float> = -1...1) {
      self.shape = shape
      self.range = range
    }
  }

  typealias Body = @Sendable (_ operands: [Value], _ weights: [Parameter]) -> [Value]

  let name: String
  let operands: [Operand]
  let weights: [Shape]
  /// Largest error allowed, as a part of the largest number of a gradient.
  let bound: Double
  let body: Body

  init(
    _ name: String, _ operands: [Operand], weights: [Shape] = [], bound: Double = 1e-5,
    _ body: @escaping Body
  ) {
    self.name = name
    self.operands = operands
    self.weights = weights
    self.bound = bound
    self.body = body
  }

  var testDescription: String { name }

  /// How an operation stands in the cell that is differentiated.
  enum Setting: CaseIterable {
    /// Once, on parameters, which all sequences share.
    case onParameters
    /// Twice, on values of each sequence's own that are also used before and after, over a state.
    case onSharedValues
    /// Twice, on parts of one joined value.
    case onParts
  }

  /// A cell whose output, one number, depends on every number of every result.
  func cell(_ setting: Setting, in list: inout ParameterList) -> ClosureCell {
    let operands = operands.enumerated().map { index, operand in
      list.declare("operand \(index)", shape: operand.shape, initialisation: .constant(0))
    }
    let weights = weights.enumerated().map { index, shape in
      list.declare("weight \(index)", shape: shape, layout: .matrix, initialisation: .constant(0))
    }
    let body = body
    if setting == .onParameters {
      return .stateless(inputs: 2, outputs: 1) { input in
        let results = body(operands.map { input.trace.parameter($0) }, weights)
        return mixed(results, seed: 1).scaled(by: input.slice(from: 0, count: 1))
      }
    }
    return ClosureCell(inputs: 2, outputs: 1) { trace in
      [trace.constant(0.3, shape: [1])]
    } step: { states, input in
      // Between 0.7 and 1.1, different in every sequence and step, and dependent on the past.
      let factor = input.slice(from: 0, count: 1) * 0.1 + states[0] * 0.1 + 0.9
      var values = operands.map { input.trace.parameter($0).scaled(by: factor) }
      if setting == .onParts {
        let joined = concatenate(values)
        var offset = 0
        values = values.map { value in
          defer { offset += value.count }
          return joined.slice(from: offset, count: value.count).reshaped(to: value.shape)
        }
      }
      let before = mixed(values, seed: 2)
      let first = mixed(body(values, weights), seed: 3)
      let second = mixed(body(values, weights), seed: 4)
      let after = mixed(values, seed: 5)
      let total = before + first + second * input.slice(from: 1, count: 1) + after
      return ([(total * 0.3 + states[0] * 0.5).tanh()], total)
    }
  }

  /// Numbers for the parameters, each from its domain.
  func store(_ list: ParameterList) -> ParameterStore {
    let store = ParameterStore.random(list)
    var random = SeededGenerator(seed: 4)
    for (operand, parameter) in zip(operands, list.all) {
      store[parameter] = random.numbers(parameter.shape.count, in: operand.range)
    }
    return store
  }
}

/// Σ over all numbers of all values, each times a fixed number of its own.
func mixed(_ values: [Value], seed: UInt64) -> Value {
  var random = SeededGenerator(seed: seed)
  let terms = values.map { value in
    value.dot(value.trace.constant(random.numbers(value.count), shape: value.shape))
  }
  return terms.dropFirst().reduce(terms[0], +)
}
