/// What is illegal about a plan: an operation would read a place that holds something else by then.
public struct IllegalPlan: Error, CustomStringConvertible {
  public let description: String
}

extension Plan {
  /// Follows every instruction and checks that each value it reads still stands in its place.
  ///
  /// It follows one row; the others do the same in places of their own, also if they run ahead.
  ///
  /// Two frames are followed, a step's own and the one before it, as the first step meets them and
  /// as a later one does.
  ///
  /// - Throws: `IllegalPlan` naming the operation, the value, and what stands in its place.
  public func check() throws {
    try expectRowsApart()
    try expectStagesApart()
    var memory = Memory()
    try follow(.initial, &memory)
    memory.set(entries: self, as: \.entry)
    try follow(.step, &memory)
    for id in recorded.sorted() { try expect(id, "what is read after a step", memory) }
    try expect(finals: &memory)
    guard purpose == .training else { return }
    memory.set(entries: self, as: \.entry)
    for (index, place) in cotangentPlaces.enumerated() {
      guard let place else { continue }
      let id = cotangent(of: index, in: .stepBack)
      memory.write(id ?? -1, place, program.states[index].shape.count)
    }
    try follow(.stepBack, &memory)
    for (index, place) in cotangentPlaces.enumerated() {
      guard let place, let carried = program.carried[index] else { continue }
      let found = memory.firstOther(
        than: holders(carried), place, program.states[index].shape.count, parts: [])
      if let found { throw illegal("handing on", carried, found) }
      if let id = cotangent(of: index, in: .initialBack) {
        memory.write(id, place, program.states[index].shape.count)
      }
    }
    try follow(.initialBack, &memory)
    if let id = program.inputCotangent { try expect(id, "what is read after all steps", memory) }
    for (_, work, _) in program.postponed {
      switch work {
      case .product(let x, let dy, _):
        try expect(x, "a weight's gradient", memory)
        try expect(dy, "a weight's gradient", memory)
      case .sum(let dy): try expect(dy, "a bias's gradient", memory)
      }
    }
  }

  /// Where places are reused, what one row reuses must not be another row's.
  private func expectRowsApart() throws {
    for section in Trace.Section.allCases {
      for instruction in instructions(section) {
        for (value, place, count) in instruction.writes where place.region == .scratch {
          guard place.rowStride != scratchRow || place.offset + count > scratchRow else { continue }
          throw IllegalPlan(
            description: "\(program.describe(value)) of one row stands in another row's scratch")
        }
      }
    }
  }

  /// What one stage of a section makes for another has a place of its own in every step.
  private func expectStagesApart() throws {
    for section in [Trace.Section.step, .stepBack] where purpose == .training {
      for (number, stage) in stages[section.rawValue].enumerated() {
        for instruction in instructions(section)[stage.instructions] {
          for (value, place, _) in instruction.writes
          where stage.takesAllSteps && place.region != .frame {
            throw apart(value, "stands in \(place.region)")
          }
          for id in instruction.reads {
            if let source = handed(id, in: section),
              program.stage(of: source, in: section) ?? number != number
            {
              throw apart(id, "is handed to another stage")
            }
            if program.stage(of: id, in: section) ?? number != number,
              places[id]?.region != .frame
            {
              throw apart(id, "is read by another stage")
            }
          }
        }
      }
    }
  }

  /// The value that is read a step later as a state, or as a state's cotangent.
  private func handed(_ id: Int, in section: Trace.Section) -> Int? {
    switch (program.values[program.root(of: id).root].origin, section) {
    case (.state(let index), .step): program.states[index].final
    case (.stateCotangent(let index), .stepBack): program.carried[index]
    default: nil
    }
  }

  private func apart(_ id: Int, _ what: String) -> IllegalPlan {
    IllegalPlan(description: "\(program.describe(id)) \(what), though stages run for all steps")
  }

  /// Which value stands in every float.
  private struct Memory {
    private var floats: [Region: [Int: Int]] = [:]
    private var previous: [Int: Int] = [:]

    mutating func write(_ value: Int, _ place: Place, _ count: Int) {
      for offset in place.offset..<(place.offset + count) {
        if place.region == .frame, place.shift == 0 {
          previous[offset] = value
        } else {
          floats[place.region, default: [:]][offset] = value
        }
      }
    }

    /// What a step has made in its frame, the step before it has made in its own.
    mutating func writeBefore(_ made: [(value: Int, place: Place, count: Int)]) {
      for (value, var place, count) in made where place.region == .frame {
        place.shift = 0
        write(value, place, count)
      }
    }

    mutating func set(entries plan: Plan, as id: KeyPath<StateVariable, Int>) {
      for (state, place) in zip(plan.program.states, plan.entryPlaces) {
        write(state[keyPath: id], place, state.shape.count)
      }
    }

    /// The first value other than those allowed that stands in a place; parts may stand in their ranges.
    func firstOther(
      than allowed: Set<Int>, _ place: Place, _ count: Int, parts: [(part: Int, range: Range<Int>)]
    ) -> Int? {
      let here = place.region == .frame && place.shift == 0 ? previous : floats[place.region] ?? [:]
      for offset in place.offset..<(place.offset + count) {
        let found = here[offset] ?? -1
        if allowed.contains(found) { continue }
        if parts.contains(where: { $0.part == found && $0.range.contains(offset) }) { continue }
        return found
      }
      return nil
    }
  }

  private func cotangent(of state: Int, in section: Trace.Section) -> Int? {
    program.values.indices.first {
      program.values[$0].origin == .stateCotangent(state) && program.values[$0].section == section
    }
  }

  /// The values that count as a value itself: the value that holds its numbers.
  private func holders(_ id: Int) -> Set<Int> { [id, program.root(of: id).root] }

  /// The parts that were made within a joined value's place, in floats of its region.
  private func parts(of id: Int, at place: Place) -> [(part: Int, range: Range<Int>)] {
    (partsInPlace[id] ?? []).flatMap { part, offset in
      let start = place.offset + offset
      let inner = place.moved(by: offset)
      return [(part, start..<(start + program.values[part].shape.count))]
        + parts(of: part, at: inner)
    }
  }

  private func expect(_ id: Int, _ operation: String, _ memory: Memory) throws {
    let root = program.root(of: id).root
    switch program.values[root].origin {
    case .parameter, .constant: return
    default: break
    }
    guard let place = places[id], let rootPlace = places[root] else {
      throw IllegalPlan(
        description: "\(operation) reads \(program.describe(id)), which has no place")
    }
    let count = program.values[id].shape.count
    if let found = memory.firstOther(
      than: holders(id), place, count, parts: parts(of: root, at: rootPlace))
    {
      throw illegal(operation, id, found)
    }
  }

  private func illegal(_ operation: String, _ id: Int, _ found: Int) -> IllegalPlan {
    let there = found < 0 ? "nothing yet" : program.describe(found)
    return IllegalPlan(
      description:
        "\(operation) reads \(program.describe(id)), but \(there) stands in its place")
  }

  private func expect(finals memory: inout Memory) throws {
    for (state, place) in zip(program.states, finalPlaces) {
      if let found = memory.firstOther(
        than: holders(state.final), place, state.shape.count, parts: [])
      {
        throw illegal("the next step", state.final, found)
      }
    }
  }

  private func follow(_ section: Trace.Section, _ memory: inout Memory) throws {
    if section == .step {
      for (id, record) in program.values.enumerated() {
        guard case .input = record.origin, let place = places[id] else { continue }
        memory.write(id, place, record.shape.count)
      }
    }
    let instructions = instructions(section)
    for stage in stages[section.rawValue] {
      var made: [(value: Int, place: Place, count: Int)] = []
      for instruction in instructions[stage.instructions.clamped(to: instructions.indices)] {
        if section == .stepBack, stage.takesAllSteps {
          memory.writeBefore(instruction.writes)
        }
        let name =
          instruction.node.map {
            let node = program.nodes[$0]
            return program.scopes[node.scope] + "/" + node.operation.name
          } ?? "copy"
        for id in instruction.reads { try expect(id, name, memory) }
        for (value, place, count) in instruction.writes { memory.write(value, place, count) }
        made += instruction.writes
      }
      // The steps before this one have come back through the stage as well.
      if section == .stepBack { memory.writeBefore(made) }
    }
  }
}
