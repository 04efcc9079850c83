// From the program of one step to the program of one step back.
//
// The step is walked from its last operation to its first; each operation's pullback adds to the
// cotangents of its inputs. The cotangent of a state that a step leaves comes from the step after it.

/// What waits until after the last step back: one product, or one sum, over all steps and sequences.
package enum Postponed: Sendable, Hashable {
  /// Σ xᵀ dy, for the rows of a matrix parameter from one on.
  case product(x: Int, dy: Int, row: Int)
  /// Σ dy, for a parameter of the same shape.
  case sum(dy: Int)
}

/// Records the gradient of a traced step, and of the trace's initial section.
package final class Gradient {
  /// A share of a cotangent: of which numbers, and what.
  private struct Share {
    let range: Range<Int>
    var value: Value
  }

  let trace: Trace
  private let states: [StateVariable]
  /// By value: whether a parameter (or what else is differentiated) leads to it.
  private var active: [Bool] = []
  private var shares: [Int: [Share]] = [:]
  /// Values that the current pullback has already given away.
  private var given: Set<Int> = []
  /// The first operation that the current pullback has recorded.
  private var firstFresh = 0
  package private(set) var postponed: [(parameter: Int, work: Postponed, section: Trace.Section)] =
    []
  /// By state: the cotangent that one step back hands to the step before; nil if there is none.
  package private(set) var carried: [Int?] = []
  /// By input of the step: its cotangent, where it is asked for.
  package private(set) var inputCotangents: [Int: Int] = [:]

  init(trace: Trace, states: [StateVariable]) {
    self.trace = trace
    self.states = states
  }

  /// Records both backward sections.
  ///
  /// `loss` is `[1]`; `inputs` are those whose cotangents are asked for.
  package func differentiate(loss: Value, inputs: [Value]) {
    markActive(inputs: inputs)
    let flowing = flowingStates(loss: loss.id)

    trace.section = .stepBack
    contribute(trace.constant(1, shape: loss.shape), to: loss.id)
    for (index, state) in states.enumerated() where flowing[index] {
      contribute(trace.add(.stateCotangent(index), shape: state.shape), to: state.final)
    }
    walkBack(.step)
    carried = states.indices.map { index in
      guard flowing[index] else { return nil }
      let cotangent = assemble(states[index].entry)
      return
        (cotangent.map { ownPlace($0, unless: index) }
        ?? trace.constant(0, shape: states[index].shape)).id
    }
    for input in inputs {
      inputCotangents[input.id] =
        (assemble(input.id).map { ownPlace($0) } ?? trace.constant(0, shape: input.shape)).id
    }
    postponeParameters(.stepBack)

    trace.section = .initialBack
    shares = [:]
    for (index, state) in states.enumerated() where flowing[index] && active[state.initial] {
      contribute(trace.add(.stateCotangent(index), shape: state.shape), to: state.initial)
    }
    walkBack(.initial)
    postponeParameters(.initialBack)
  }

  // MARK: What leads where

  func isActive(_ id: Int) -> Bool {
    // What the gradient itself makes needs no cotangent.
    id < active.count && active[id]
  }

  /// The numbers of a vector that want a cotangent, without inactive parts of a joined vector at its ends.
  func activeRange(_ id: Int) -> Range<Int> {
    guard active[id] else { return 0..<0 }
    let whole = 0..<trace.values[id].shape.count
    guard case .node(let node, _) = trace.values[id].origin,
      trace.nodes[node].operation is Concatenate
    else { return whole }
    var (offset, lower, upper) = (0, whole.upperBound, 0)
    for input in trace.nodes[node].inputs {
      let part = activeRange(input)
      if !part.isEmpty {
        lower = min(lower, offset + part.lowerBound)
        upper = offset + part.upperBound
      }
      offset += trace.values[input].shape.count
    }
    return lower..<max(lower, upper)
  }

  private func markActive(inputs: [Value]) {
    active = Array(repeating: false, count: trace.values.count)
    for input in inputs { active[input.id] = true }
    var stateActive = states.map { _ in false }
    var changed = true
    while changed {
      changed = false
      for (id, record) in trace.values.enumerated() where !active[id] {
        active[id] =
          switch record.origin {
          case .parameter(let index): trace.parameters.all[index].trained
          case .state(let index): stateActive[index]
          case .node(let node, let output):
            !trace.nodes[node].operation.outputsWithoutGradient.contains(output)
              && trace.nodes[node].inputs.contains { active[$0] }
          case .view(let root, _, let differentiable): differentiable && active[root]
          case .input, .constant, .stateCotangent, .invalid: false
          }
        changed = changed || active[id]
      }
      for (index, state) in states.enumerated() where !stateActive[index] {
        stateActive[index] = active[state.initial] || active[state.final]
        changed = changed || stateActive[index]
      }
    }
  }

  /// By state: whether its value before a step influences the loss of that step or of a later one.
  private func flowingStates(loss: Int) -> [Bool] {
    var reaches = Array(repeating: false, count: trace.values.count)
    reaches[loss] = true
    var flowing = states.map { _ in false }
    var changed = true
    while changed {
      changed = false
      for (index, state) in states.enumerated() where flowing[index] { reaches[state.final] = true }
      for id in trace.values.indices.reversed() where reaches[id] {
        switch trace.values[id].origin {
        case .view(let root, _, let differentiable):
          if differentiable { reaches[root] = true }
        case .node(let node, _):
          for input in trace.nodes[node].inputs { reaches[input] = true }
        default: break
        }
      }
      for (index, state) in states.enumerated()
      where !flowing[index] && reaches[state.entry] && active[state.entry] {
        flowing[index] = true
        changed = true
      }
    }
    return flowing
  }

  // MARK: The walk

  private func walkBack(_ section: Trace.Section) {
    for index in trace.nodes.indices.reversed() where trace.nodes[index].section == section {
      let node = trace.nodes[index]
      guard node.inputs.contains(where: { active[$0] }) else { continue }
      let cotangents = node.outputs.map { assemble($0) }
      guard cotangents.contains(where: { $0 != nil }) else { continue }
      guard let operation = node.operation as? any DifferentiableOperation else {
        preconditionFailure("\(node.operation.name) has no gradient and stands in a step")
      }
      given = []
      firstFresh = trace.nodes.count
      trace.scope("back: " + trace.scopes[node.scope]) {
        operation.pullback(
          Pullback(
            inputs: node.inputs.map(trace.value), outputs: node.outputs.map(trace.value),
            cotangents: cotangents, gradient: self))
      }
    }
  }

  /// A copy of what would otherwise be the place of a state's cotangent, which the next step back overwrites.
  private func ownPlace(_ value: Value, unless state: Int? = nil) -> Value {
    guard case .stateCotangent(let index) = trace.values[trace.root(of: value.id).root].origin,
      index != state
    else { return value }
    return value.copied()
  }

  /// Lets a product over all steps wait until after the last step back.
  func postponeProduct(_ x: Value, _ dy: Value, to parameter: Int, fromRow row: Int) {
    postpone(.product(x: x.id, dy: ownPlace(dy).id, row: row), to: parameter)
  }

  private func postpone(_ work: Postponed, to parameter: Int) {
    guard case .parameter(let index) = trace.values[parameter].origin else {
      preconditionFailure("only a parameter's gradient can wait")
    }
    postponed.append((index, work, trace.section))
  }

  private func postponeParameters(_ section: Trace.Section) {
    for (id, record) in trace.values.enumerated() {
      guard case .parameter(let index) = record.origin, let cotangent = assemble(id) else {
        continue
      }
      postponed.append((index, .sum(dy: ownPlace(cotangent).id), section))
    }
    shares = shares.filter { id, _ in
      if case .parameter = trace.values[id].origin { return false }
      return true
    }
  }

  // MARK: Sums of cotangents

  func contribute(_ value: Value, to id: Int, from offset: Int = 0) {
    if case .view(_, _, differentiable: false) = trace.values[id].origin { return }
    let (root, start) = trace.root(of: id)
    let lower = start + offset
    let range = lower..<(lower + value.count)
    let fresh = isFresh(value)
    defer { given.insert(value.id) }
    if let index = shares[root]?.firstIndex(where: { $0.range == range }) {
      if let earlier = shares[root]?[index].value {
        shares[root]?[index].value = sum(earlier, value, fresh: fresh)
      }
    } else {
      shares[root, default: []].append(Share(range: range, value: value))
    }
  }

  /// Whether the current pullback has made the value and given it to nobody yet.
  private func isFresh(_ value: Value) -> Bool {
    guard case .node(let node, let output) = trace.values[value.id].origin, node >= firstFresh,
      !given.contains(value.id)
    else { return false }
    let record = trace.nodes[node]
    return record.operation.accumulates.contains(output) && record.accumulators[output] == nil
      && !trace.nodes[(node + 1)...].contains { $0.inputs.contains(value.id) }
  }

  /// The sum of two cotangents: a fresh value's kernel adds to the earlier one, if it can.
  private func sum(_ earlier: Value, _ value: Value, fresh: Bool) -> Value {
    if fresh, case .node(let node, let output) = trace.values[value.id].origin,
      stands(earlier, before: node)
    {
      trace.nodes[node].accumulators[output] = earlier.id
      return value
    }
    return earlier.reshaped(to: value.shape) + value
  }

  /// Whether a value is made before a node runs; another output of the same kernel is not.
  private func stands(_ value: Value, before node: Int) -> Bool {
    guard case .node(let maker, _) = trace.values[trace.root(of: value.id).root].origin else {
      return true
    }
    return maker < node
  }

  /// All shares of a value's cotangent as one value, or nil if there is none.
  private func assemble(_ id: Int) -> Value? {
    let (root, start) = trace.root(of: id)
    precondition(start == 0 && root == id, "cotangents belong to whole values")
    guard var rest = shares.removeValue(forKey: root), !rest.isEmpty else { return nil }
    let shape = trace.values[root].shape
    firstFresh = trace.nodes.count
    var total: Value?
    while !rest.isEmpty {
      let layer = nextLayer(of: &rest, count: shape.count).reshaped(to: shape)
      total = total.map { $0 + layer } ?? layer
    }
    if let total { shares[root] = [Share(range: 0..<shape.count, value: total)] }
    return total
  }

  /// Takes shares that do not overlap, from the front, and joins them, with zeros in the gaps.
  private func nextLayer(of rest: inout [Share], count: Int) -> Value {
    var parts: [Value] = []
    var left: [Share] = []
    var position = 0
    func gap(to next: Int) {
      if next > position { parts.append(trace.constant(0, shape: [next - position])) }
    }
    for share in rest.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      guard share.range.lowerBound >= position else {
        left.append(share)
        continue
      }
      gap(to: share.range.lowerBound)
      parts.append(share.value)
      position = share.range.upperBound
    }
    gap(to: count)
    rest = left
    return concatenate(parts)
  }
}
