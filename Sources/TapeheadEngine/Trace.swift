/// A program while it is being recorded: the operations of one sequence, with named scopes and taps.
///
/// A trace has four sections, each a straight line of operations: `initial` makes the first state,
/// `step` is one time step, `stepBack` and `initialBack` are their gradients. All share one list of
/// values, so that a gradient names the values of the step it belongs to.
public final class Trace {
  package enum Section: Int, Sendable, CaseIterable {
    case initial, step, stepBack, initialBack
  }

  /// Where a value comes from.
  package enum Origin: Sendable, Equatable {
    /// What the caller gives for each step.
    case input(Int)
    case parameter(Int)
    case constant(Int)
    /// The state as the previous step left it.
    case state(Int)
    /// The cotangent of the state that the following step left.
    case stateCotangent(Int)
    case node(Int, output: Int)
    /// Part of another value, which is no view itself.
    case view(of: Int, offset: Int, differentiable: Bool)
    /// Stands for a value whose operation could not be traced.
    case invalid
  }

  package struct ValueRecord: Sendable {
    package let shape: Shape
    package let origin: Origin
    package let section: Section
    package let scope: Int
  }

  package struct Node: Sendable {
    package let operation: any Operation
    package let inputs: [Int]
    package let outputs: [Int]
    /// For an output that is added to a value instead of written anew: that value.
    package var accumulators: [Int: Int] = [:]
    package let section: Section
    package let scope: Int
  }

  package internal(set) var values: [ValueRecord] = []
  package internal(set) var nodes: [Node] = []
  package internal(set) var constants: [[Float]] = []
  package internal(set) var taps: [(name: String, value: Int)] = []
  package internal(set) var scopes: [String] = [""]
  package internal(set) var failure: TraceError?
  package internal(set) var section: Section = .initial
  package let parameters: ParameterList
  private var currentScope = 0
  private var parameterValues: [Int: Int] = [:]
  private var constantValues: [[Float]: [Shape: Int]] = [:]

  package init(parameters: ParameterList) {
    self.parameters = parameters
  }

  // MARK: Scopes, taps and errors

  /// Records what the body does under a name, which errors, taps and plans show.
  public func scope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    let outer = currentScope
    scopes.append(scopes[outer].isEmpty ? name : scopes[outer] + "/" + name)
    currentScope = scopes.count - 1
    defer { currentScope = outer }
    return try body()
  }

  package func tap(_ value: Value, as name: String) {
    guard value.shape != .invalid else { return }
    guard section == .step else {
      return fail("only what a step makes can be tapped: tap \(name) in the step")
    }
    let scope = scopes[currentScope]
    taps.append((scope.isEmpty ? name : scope + "/" + name, standing(value).id))
  }

  /// A value that can be read when its step has ended: the place of what a step finds is by then that of what it leaves.
  func standing(_ value: Value) -> Value {
    guard case .state = values[root(of: value.id).root].origin else { return value }
    return value.copied()
  }

  /// Remembers the first error; the trace goes on, and whoever finishes it throws the error.
  package func fail(_ message: String) {
    guard failure == nil else { return }
    failure = TraceError(scope: scopes[currentScope], message: message)
  }

  // MARK: Values

  package func value(_ id: Int) -> Value { Value(trace: self, id: id, shape: values[id].shape) }

  package func add(_ origin: Origin, shape: Shape) -> Value {
    values.append(ValueRecord(shape: shape, origin: origin, section: section, scope: currentScope))
    return value(values.count - 1)
  }

  package var invalidValue: Value { add(.invalid, shape: .invalid) }

  /// A parameter as a value that all sequences share; a linear map's weight is none, for its rows are padded.
  public func parameter(_ parameter: Parameter) -> Value {
    guard parameter.layout == .packed else {
      fail("\(parameter.name) is laid out for linear maps: declare it as packed to use its numbers")
      return invalidValue
    }
    return shared(parameter)
  }

  /// A linear map's weight, for the kernels that know its rows.
  package func matrix(_ parameter: Parameter) -> Value { shared(parameter) }

  private func shared(_ parameter: Parameter) -> Value {
    guard parameters.all.indices.contains(parameter.index),
      parameters.all[parameter.index] == parameter
    else {
      fail(
        "\(parameter.name) is a parameter of another list: declare it in the one that the program is made with"
      )
      return invalidValue
    }
    if let id = parameterValues[parameter.index] { return value(id) }
    let made = add(.parameter(parameter.index), shape: parameter.shape)
    parameterValues[parameter.index] = made.id
    return made
  }

  /// Fixed numbers of a given shape, the same for every sequence and step.
  public func constant(_ numbers: [Float], shape: Shape) -> Value {
    guard numbers.count == shape.count else {
      fail("constant needs \(shape.count) numbers for \(shape), found \(numbers.count)")
      return invalidValue
    }
    if let id = constantValues[numbers]?[shape] { return value(id) }
    constants.append(numbers)
    let made = add(.constant(constants.count - 1), shape: shape)
    constantValues[numbers, default: [:]][shape] = made.id
    return made
  }

  /// A value of the given shape that holds one number everywhere.
  public func constant(_ number: Float, shape: Shape) -> Value {
    constant(Array(repeating: number, count: shape.count), shape: shape)
  }

  package func view(
    _ value: Value, offset: Int, shape: Shape, label: String, differentiable: Bool = true
  ) -> Value {
    guard value.shape != .invalid else { return value }
    guard offset >= 0, shape.count > 0, offset + shape.count <= value.count else {
      fail(
        "\(label) needs a part of \(value.shape), found \(shape) from number \(offset)")
      return invalidValue
    }
    let (root, start) = root(of: value.id)
    let first = start + offset
    var differentiable = differentiable
    if case .view(_, _, differentiable: false) = values[value.id].origin { differentiable = false }
    if let (part, inner) = joinedPart(of: root, first..<(first + shape.count)) {
      return view(
        self.value(part), offset: inner, shape: shape, label: label, differentiable: differentiable)
    }
    return add(.view(of: root, offset: first, differentiable: differentiable), shape: shape)
  }

  /// The joined value's part that holds a range of it, and where in it the range starts.
  private func joinedPart(of id: Int, _ range: Range<Int>) -> (part: Int, offset: Int)? {
    guard case .node(let index, _) = values[id].origin, nodes[index].operation is Concatenate
    else { return nil }
    var start = 0
    for part in nodes[index].inputs {
      let end = start + values[part].shape.count
      if start <= range.lowerBound, range.upperBound <= end {
        return (part, range.lowerBound - start)
      }
      start = end
    }
    return nil
  }

  /// The value that holds the numbers of a value, and where in it they start.
  package func root(of id: Int) -> (root: Int, offset: Int) {
    if case .view(let root, let offset, _) = values[id].origin { return (root, offset) }
    return (id, 0)
  }

  // MARK: Operations

  /// Records an operation that has a gradient; cells can record no other.
  package func record(_ operation: some DifferentiableOperation, _ inputs: [Value]) -> [Value] {
    recordAny(operation, inputs)
  }

  /// Records an operation of a gradient, which need not have a gradient itself.
  package func recordBackward(_ operation: any Operation, _ inputs: [Value]) -> [Value] {
    precondition(section == .stepBack || section == .initialBack)
    return recordAny(operation, inputs)
  }

  /// The shapes of an operation's outputs, or nil after a mismatch, here or before.
  private func shapes(of operation: any Operation, _ inputs: [Value]) -> [Shape]? {
    guard !inputs.contains(where: { $0.shape == .invalid }) else { return nil }
    do throws(ShapeMismatch) {
      return try operation.outputShapes(for: inputs.map(\.shape))
    } catch {
      fail(error.message)
      return nil
    }
  }

  private func recordAny(_ operation: any Operation, _ inputs: [Value]) -> [Value] {
    guard let shapes = shapes(of: operation, inputs) else {
      return (0..<operation.outputCount).map { _ in invalidValue }
    }
    precondition(shapes.count == operation.outputCount, "\(operation.name) miscounts its outputs")
    let outputs = shapes.enumerated().map { index, shape in
      add(.node(nodes.count, output: index), shape: shape)
    }
    nodes.append(
      Node(
        operation: operation, inputs: inputs.map(\.id), outputs: outputs.map(\.id),
        section: section, scope: currentScope))
    return outputs
  }
}

/// What was wrong while tracing, and in which scope.
public struct TraceError: Error, CustomStringConvertible, Equatable {
  /// The path of the scope, as "controller/layer 0".
  public let scope: String
  public let message: String

  public var description: String { scope.isEmpty ? message : "\(scope): \(message)" }
}
