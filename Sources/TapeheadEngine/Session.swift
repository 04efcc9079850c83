/// A trained cell that is given one input at a time: what a program embeds.
///
/// A session keeps the cell's state from one step to the next. Sessions share nothing but the
/// parameters; one session belongs to one thread at a time.
public final class Session {
  public let program: Program
  private let plan: Plan
  private let machine: Machine
  private let parameters: ParameterStore
  /// How many steps were taken since the start.
  public private(set) var steps = 0

  public init(
    _ program: Program, parameters: ParameterStore, instructionSet: InstructionSet = .fastest
  ) {
    precondition(
      parameters.list == program.parameters, "the parameters are those of another program")
    self.program = program
    self.parameters = parameters
    let recorded = Set(program.taps.map(\.value))
    self.plan = Planner.plan(program, purpose: .inference, rows: 1, recording: recorded)
    self.machine = Machine(
      plan: plan, parameters: parameters.buffer, instructionSet: instructionSet, steps: 0)
    restart()
  }

  /// Goes back to the cell's first state.
  public func restart() {
    steps = 0
    machine.run(.initial, rows: 1)
  }

  /// One time step: `input` has the cell's input size, the result its output size (logits, where the
  /// model was trained on a cross-entropy).
  ///
  /// - Throws: `SessionError` when the input has another size.
  public func step(_ input: [Float]) throws -> [Float] {
    let expected = program.values[program.input].shape.count
    guard input.count == expected else {
      throw SessionError(
        description: "an input of this model has \(expected) numbers, found \(input.count)")
    }
    if let target = machine.pointer(program.input, step: 0) {
      for (index, number) in input.enumerated() { target[index] = number }
    }
    machine.run(.step, rows: 1)
    steps += 1
    return numbers(program.output)
  }

  /// What a tap held in the latest step.
  ///
  /// - Throws: `UnknownTap` when the model has no tap of this name.
  public func tap(_ name: String) throws -> [Float] {
    guard let tap = program.taps.first(where: { $0.name == name }) else {
      throw UnknownTap(name: name, known: program.tapNames)
    }
    return numbers(tap.value)
  }

  /// The state by name, each value's numbers in the order of its shape.
  public var state: [String: [Float]] {
    var numbers: [String: [Float]] = [:]
    for (state, place) in zip(program.states, plan.entryPlaces) {
      let start = machine.pointer(place, step: 0)
      numbers[state.name] = Array(UnsafeBufferPointer(start: start, count: state.shape.count))
    }
    return numbers
  }

  /// Goes on from a state that a session of the same model had.
  ///
  /// - Throws: `SessionError` where a value is missing, of another size, or none of this model's; nothing is
  ///   changed then.
  public func restore(_ state: [String: [Float]]) throws(SessionError) {
    let known = Set(program.states.map(\.name))
    if let other = state.keys.sorted().first(where: { !known.contains($0) }) {
      throw SessionError(description: "this model has no state \(other)")
    }
    for variable in program.states where state[variable.name]?.count != variable.shape.count {
      throw SessionError(
        description:
          "state \(variable.name) of this model has \(variable.shape.count) numbers, found "
          + (state[variable.name].map { "\($0.count)" } ?? "none"))
    }
    for (variable, place) in zip(program.states, plan.entryPlaces) {
      let start = machine.pointer(place, step: 0)
      for (index, number) in (state[variable.name] ?? []).enumerated() { start[index] = number }
    }
  }

  private func numbers(_ value: Int) -> [Float] {
    guard let start = machine.pointer(value, step: 0) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: program.values[value].shape.count))
  }
}

/// What was wrong with what a session was given.
public struct SessionError: Error, CustomStringConvertible, Sendable {
  public let description: String
}
