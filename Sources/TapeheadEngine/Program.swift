/// A value that a cell carries from step to step.
package struct StateVariable: Sendable {
  package let name: String
  package let shape: Shape
  /// Its value before the first step, in the trace's initial section.
  package let initial: Int
  /// What a step finds.
  package let entry: Int
  /// What a step leaves.
  package let final: Int
}

/// A cell traced: the operations of its first state, of one step, and of their gradients.
public struct Program: Sendable {
  package let values: [Trace.ValueRecord]
  /// In the order of their sections, and in those of their stages.
  package let nodes: [Trace.Node]
  /// By node: its stage (`Stages`).
  package let stages: [Int]
  package let constants: [[Float]]
  package let scopes: [String]
  package let taps: [(name: String, value: Int)]
  public let parameters: ParameterList
  package let states: [StateVariable]
  package let input: Int
  package let targets: Int
  package let weight: Int
  package let output: Int
  package let loss: Int
  package let postponed: [(parameter: Int, work: Postponed, section: Trace.Section)]
  package let carried: [Int?]
  package let inputCotangent: Int?

  /// What a gradient is asked for beside the parameters'.
  public struct Differentiation: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The cotangent of every step's input.
    public static let inputs = Differentiation(rawValue: 1)
  }

  /// Traces a cell and its gradient.
  ///
  /// - Parameters:
  ///   - cell: What is traced.
  ///   - parameters: Those that the cell declared.
  ///   - objective: What a step costs.
  ///   - targetSize: Numbers in one step's targets; nil for as many as outputs.
  ///   - extra: What a gradient is asked for beside the parameters'.
  /// - Throws: `TraceError` with the scope and the shapes when operations do not fit together, or the parameters
  ///   are more than the kernels can count.
  public init<C: Cell>(
    _ cell: C, parameters: ParameterList, objective: Objective, targetSize: Int? = nil,
    differentiating extra: Differentiation = []
  ) throws {
    guard parameters.extent <= Int(Int32.max) else {
      throw TraceError(
        scope: "",
        message: "the parameters take \(parameters.extent) numbers, more than \(Int32.max): "
          + "choose fewer units, layers, heads or slots")
    }
    let trace = Trace(parameters: parameters)
    let initial = cell.initialState(in: trace)
    var entries = initial
    var names: [String] = []
    var initials: [Value] = []
    trace.section = .step
    entries.forEachValue { name, value in
      names.append(name)
      initials.append(value)
      value = trace.add(.state(names.count - 1), shape: value.shape)
    }
    var entryValues: [Value] = []
    entries.forEachValue { _, value in entryValues.append(value) }
    let input = trace.add(.input(0), shape: [cell.inputSize])
    let targets = trace.add(.input(1), shape: [targetSize ?? cell.outputSize])
    let weight = trace.add(.input(2), shape: [1])

    var (finals, output) = cell.step(entries, input)
    if output.count != cell.outputSize, output.shape != .invalid {
      trace.fail("the output needs \(cell.outputSize) numbers, found \(output.shape)")
    }
    var states: [StateVariable] = []
    var finalValues: [Value] = []
    finals.forEachValue { name, value in
      let index = states.count
      guard index < names.count, name == names[index], value.shape == initials[index].shape else {
        let found = index < names.count ? "\(initials[index].shape)" : "no state of this name"
        if value.shape != .invalid {
          trace.fail(
            "state \(name) needs one shape in every step, found \(found) and \(value.shape)")
        }
        return
      }
      if trace.needsOwnPlace(value, besides: finalValues) { value = value.copied() }
      finalValues.append(value)
      states.append(
        StateVariable(
          name: name, shape: value.shape, initial: initials[index].id,
          entry: entryValues[index].id, final: value.id))
    }
    if states.count != names.count, trace.failure == nil {
      trace.fail("a step leaves \(states.count) states where the first state has \(names.count)")
    }
    output = trace.standing(output)
    if trace.root(of: output.id).root != output.id { output = output.copied() }
    let loss = trace.scope("loss") { objective.loss(output, finalValues, targets, weight) }
    if loss.count != 1, loss.shape != .invalid {
      trace.fail("the loss needs to be one number, found \(loss.shape)")
    }
    if let failure = trace.failure { throw failure }

    let gradient = Gradient(trace: trace, states: states)
    gradient.differentiate(loss: loss, inputs: extra.contains(.inputs) ? [input] : [])
    if let failure = trace.failure { throw failure }

    let stages = Stages(trace, states: states, carried: gradient.carried)
    self.stages = trace.reorder(by: stages.ofNode)
    self.values = trace.values
    self.nodes = trace.nodes
    self.constants = trace.constants
    self.scopes = trace.scopes
    self.taps = trace.taps
    self.parameters = parameters
    self.states = states
    self.input = input.id
    self.targets = targets.id
    self.weight = weight.id
    self.output = output.id
    self.loss = loss.id
    self.postponed = gradient.postponed
    self.carried = gradient.carried
    self.inputCotangent = gradient.inputCotangents[input.id]
  }

  /// The value that holds the numbers of a value, and where in it they start.
  package func root(of id: Int) -> (root: Int, offset: Int) {
    if case .view(let root, let offset, _) = values[id].origin { return (root, offset) }
    return (id, 0)
  }

  /// The stage of a section that makes a value; nil for what none of its operations makes.
  package func stage(of id: Int, in section: Trace.Section) -> Int? {
    guard case .node(let index, _) = values[root(of: id).root].origin,
      nodes[index].section == section
    else { return nil }
    return stages[index]
  }

  /// The names of all taps, in the order of the step.
  public var tapNames: [String] { taps.map(\.name) }

  /// A value's path and shape for people.
  package func describe(_ id: Int) -> String {
    let record = values[id]
    let what =
      switch record.origin {
      case .input(0): "input"
      case .input(1): "targets"
      case .input: "weight"
      case .parameter(let index): parameters.all[index].name
      case .constant: "constant"
      case .state(let index): "state \(states[index].name)"
      case .stateCotangent(let index): "cotangent of state \(states[index].name)"
      case .node(let node, let output):
        nodes[node].operation.name + (nodes[node].outputs.count > 1 ? ".\(output)" : "")
      case .view(let root, let offset, _):
        "\(describe(root))[\(offset)..<\(offset + record.shape.count)]"
      case .invalid: "invalid"
      }
    guard case .node = record.origin, !scopes[record.scope].isEmpty else { return what }
    return scopes[record.scope] + "/" + what
  }
}

extension Trace {
  /// Puts the operations of each section in the order of their stages, and gives the stages in that order.
  fileprivate func reorder(by stages: [Int]) -> [Int] {
    let order = nodes.indices.sorted {
      let (a, b) = (nodes[$0].section.rawValue, nodes[$1].section.rawValue)
      return a != b ? a < b : stages[$0] != stages[$1] ? stages[$0] < stages[$1] : $0 < $1
    }
    nodes = order.map { nodes[$0] }
    for (index, node) in nodes.enumerated() {
      for (output, id) in node.outputs.enumerated() {
        let record = values[id]
        values[id] = ValueRecord(
          shape: record.shape, origin: .node(index, output: output), section: record.section,
          scope: record.scope)
      }
    }
    return order.map { stages[$0] }
  }

  /// Whether a state must be copied: it is no node's own output, or another state has it already.
  fileprivate func needsOwnPlace(_ value: Value, besides others: [Value]) -> Bool {
    guard case .node(let node, _) = values[value.id].origin, nodes[node].section == .step else {
      return true
    }
    return nodes[node].operation is Concatenate || others.contains { $0.id == value.id }
  }
}
