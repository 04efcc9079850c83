/// Finds a place for every value of a program and puts its kernels in order.
struct Planner {
  let program: Program
  let purpose: Plan.Purpose
  var plan: Plan
  var uses: ValueUses
  /// Values made within a concatenated value, and where.
  var partOf: [Int: (whole: Int, offset: Int)] = [:]
  /// Values of the way back that stand in a frame where a value of the step stood.
  var takingOver: Set<Int> = []

  static func plan(
    _ program: Program, purpose: Plan.Purpose, rows: Int, recording: Set<Int> = []
  ) -> Plan {
    var planner = Planner(program, purpose: purpose, rows: rows, recording: recording)
    planner.placeConstantsAndParameters()
    planner.placeStates()
    for section in planner.sections { planner.joinParts(in: section) }
    planner.placeKept()
    for section in planner.sections { planner.placeScratch(in: section) }
    planner.strideScratch()
    planner.emit()
    return planner.plan
  }

  private init(
    _ program: Program, purpose: Plan.Purpose, rows: Int, recording: Set<Int>
  ) {
    self.program = program
    self.purpose = purpose
    self.plan = Plan(program: program, purpose: purpose, rows: rows)
    plan.recorded = recording.union([program.loss, program.output])
    self.uses = ValueUses(program, purpose: purpose, recorded: plan.recorded)
  }

  /// From so many rows on, products with a matrix are worth packing it, and the way back its transpose.
  static let rowsWorthPacking = 4

  /// Whether weights are packed; the transposes change the order of sums, and depend on the micro-batch alone.
  var packs: Bool { purpose == .training && plan.rows >= Self.rowsWorthPacking }

  var sections: [Trace.Section] {
    purpose == .training ? Trace.Section.allCases : [.initial, .step]
  }

  func blockFloats(_ id: Int) -> Int { paddedToVector(program.values[id].shape.count) * plan.rows }

  func rowStride(_ id: Int) -> Int { paddedToVector(program.values[id].shape.count) }

  mutating func placeOnce(_ id: Int) -> Plan.Place {
    let offset = plan.onceFloats
    plan.onceFloats += blockFloats(id)
    return Plan.Place(region: .once, offset: offset, rowStride: rowStride(id))
  }

  mutating func placeInFrame(_ id: Int) -> Plan.Place {
    let offset = plan.frameFloats
    plan.frameFloats += blockFloats(id)
    return Plan.Place(region: .frame, offset: offset, rowStride: rowStride(id), shift: 1)
  }

  // MARK: What has its place from the start

  private mutating func placeConstantsAndParameters() {
    plan.constantOffsets = program.constants.map { numbers in
      defer { plan.constantFloats += paddedToVector(numbers.count) }
      return plan.constantFloats
    }
    for (id, record) in program.values.enumerated() {
      switch record.origin {
      case .parameter(let index):
        let offset = program.parameters.all[index].offset
        plan.places[id] = Plan.Place(region: .parameters, offset: offset, rowStride: 0)
      case .constant(let index):
        let offset = plan.constantOffsets[index]
        plan.places[id] = Plan.Place(region: .constants, offset: offset, rowStride: 0)
      default: break
      }
    }
  }

  /// States that the way back needs stand in frames, one behind the other; the others in one place.
  private mutating func placeStates() {
    for (index, state) in program.states.enumerated() {
      let joined = keptWhole(around: state.final)
      let kept =
        purpose == .training
        && (joined != nil || uses.escapes(state.entry) || uses.escapes(state.final)
          || uses.crosses(state.final))
      if kept {
        var place =
          joined.map { placeInFrame(state.final, within: $0.whole, from: $0.offset) }
          ?? placeInFrame(state.final)
        plan.finalPlaces.append(place)
        plan.places[state.final] = place
        place.shift = 0
        plan.entryPlaces.append(place)
        plan.places[state.entry] = place
      } else {
        let place = placeOnce(state.entry)
        plan.entryPlaces.append(place)
        plan.finalPlaces.append(place)
        plan.places[state.entry] = place
        keepInPlace(from: state.entry, to: state.final, place, in: .step)
      }
      guard purpose == .training, let carried = program.carried[index] else {
        plan.cotangentPlaces.append(nil)
        continue
      }
      let whole = wholeHandedOn(with: carried)
      let place: Plan.Place
      if let whole {
        let all = plan.places[whole] ?? placeOnce(whole)
        plan.places[whole] = all
        place = all.moved(by: program.root(of: carried).offset)
      } else {
        place = placeOnce(state.entry)
      }
      plan.cotangentPlaces.append(place)
      for (id, record) in program.values.enumerated() where record.origin == .stateCotangent(index)
      {
        plan.places[id] = place
        if record.section == .stepBack, whole == nil {
          keepInPlace(from: id, to: carried, place, in: .stepBack)
        }
      }
    }
  }

  /// The joined value, kept for the way back, as part of which a step can make what it leaves.
  private func keptWhole(around final: Int) -> (whole: Int, offset: Int)? {
    guard purpose == .training else { return nil }
    for (whole, parts) in joins(in: .step) where uses.escapes(whole) || uses.crosses(whole) {
      if let part = parts.first(where: { $0.part == final }) { return (whole, part.offset) }
    }
    return nil
  }

  private mutating func placeInFrame(_ part: Int, within whole: Int, from offset: Int) -> Plan.Place
  {
    let place = plan.places[whole] ?? placeInFrame(whole)
    plan.places[whole] = place
    make(part, within: whole, from: offset)
    return place.moved(by: offset)
  }

  /// The value of which a step back hands on parts, if it can be made where the next one finds them: when all
  /// that stood there has been read.
  private func wholeHandedOn(with carried: Int) -> Int? {
    let whole = program.root(of: carried).root
    guard program.values[whole].shape.count > program.values[carried].shape.count,
      case .node(let maker, _) = program.values[whole].origin,
      program.values[whole].section == .stepBack, !uses.escapes(whole), !uses.crosses(whole),
      !(program.nodes[maker].operation is Concatenate)
    else { return nil }
    let states = program.carried.indices.filter {
      program.carried[$0].map { program.root(of: $0).root } == whole
    }
    let areRead = program.values.indices.allSatisfy { id in
      guard case .stateCotangent(let state) = program.values[id].origin,
        program.values[id].section == .stepBack, states.contains(state)
      else { return true }
      return switch uses.lastUse(id) {
      case .never: true
      case .node(let last): last < maker
      case .end: false
      }
    }
    return areRead ? whole : nil
  }

  /// Lets what a step hands on be made where the next step finds it, if what stood there is not needed
  /// any more by then; kernels that work in place keep to it from both ends.
  private mutating func keepInPlace(
    from entry: Int, to final: Int, _ place: Plan.Place, in section: Trace.Section
  ) {
    let end = program.root(of: final).root
    guard program.values[end].shape.count == program.values[entry].shape.count else { return }
    // From the entry on: each kernel that reads it last may leave its output there.
    var (standing, free) = (entry, -1)
    while case .node(let index) = uses.lastUse(standing) {
      free = index
      guard
        let next = program.nodes[index].outputs.enumerated().first(where: { output, id in
          // What another state is handed on from would be overwritten before it is copied there.
          isOpen(id, in: section) && (id == end || uses.lastUse(id) != .end)
            && inPlaceSources(of: output, node: index).contains(program.root(of: standing).root)
        })?.element
      else { break }
      plan.places[next] = place
      standing = next
    }
    guard standing != end, uses.lastUse(standing) != .end else { return }
    // From the end back: to what is made after the last reader.
    var next: Int? = end
    while let id = next, isOpen(id, in: section),
      case .node(let index, let output) = program.values[id].origin, index > free
    {
      plan.places[id] = place
      next = inPlaceSources(of: output, node: index).first {
        uses.lastUse($0) == .node(index)
      }
    }
  }

  /// Whether a value is made in a section, for this section alone, and has no place yet.
  private func isOpen(_ id: Int, in section: Trace.Section) -> Bool {
    plan.places[id] == nil && program.values[id].section == section && !uses.escapes(id)
      && !uses.crosses(id)
  }

  /// The whole values whose place an output could take over.
  func inPlaceSources(of output: Int, node index: Int) -> [Int] {
    let node = program.nodes[index]
    let count = program.values[node.outputs[output]].shape.count
    let candidates =
      node.accumulators[output].map { [$0] }
      ?? node.operation.inPlace.filter { $0.output == output }.map { node.inputs[$0.input] }
    return candidates.map { program.root(of: $0).root }.filter { root in
      guard program.values[root].shape.count == count else { return false }
      // An operand that is read twice by one kernel is not overwritten.
      return node.inputs.filter { program.root(of: $0).root == root }.count
        + node.accumulators.values.filter { program.root(of: $0).root == root }.count == 1
    }
  }

  // MARK: Values that several sections or stages need

  private mutating func placeKept() {
    let uses = uses
    placeForAllSteps { uses.escapes($0) }
    for id in program.values.indices { placeSources(of: id) }
    placeForAllSteps { uses.crosses($0) }
  }

  private mutating func placeForAllSteps(where isKept: (Int) -> Bool) {
    for id in program.values.indices where plan.places[id] == nil && partOf[id] == nil {
      guard uses.isNeeded(id), withParts(id, contains: isKept) else { continue }
      switch (program.values[id].origin, program.values[id].section) {
      case (.view, _), (.invalid, _), (.stateCotangent, _): continue
      case (_, .step): plan.places[id] = placeInFrame(id)
      case (_, .stepBack):
        if let place = placeTakenOver(by: id) {
          plan.places[id] = place
          takingOver.insert(id)
        } else {
          plan.places[id] = placeInFrame(id)
        }
      case (_, .initial), (_, .initialBack): plan.places[id] = placeOnce(id)
      }
    }
  }

  /// Lets what a kernel could overwrite be made in the frame where its output is to stand.
  private mutating func placeSources(of id: Int) {
    guard case .node(let index, let output) = program.values[id].origin,
      let place = plan.places[id], place.region == .frame, !takingOver.contains(id)
    else { return }
    for source in inPlaceSources(of: output, node: index)
    where plan.places[source] == nil && partOf[source] == nil
      && program.values[source].section == program.values[id].section
      && lastUseWithParts(source) == .node(index)
    {
      plan.places[source] = place
      return placeSources(of: source)
    }
  }

  private func withParts(_ id: Int, contains isKept: (Int) -> Bool) -> Bool {
    isKept(id)
      || (plan.partsInPlace[id] ?? []).contains { withParts($0.part, contains: isKept) }
  }

  /// Lets the parts of concatenated values be made where they are needed.
  private mutating func joinParts(in section: Trace.Section) {
    for (whole, parts) in joins(in: section)
    where plan.places[whole] == nil || plan.partsInPlace[whole] != nil {
      for (part, offset) in parts where plan.places[part] == nil && partOf[part] == nil {
        make(part, within: whole, from: offset)
      }
    }
  }

  /// The concatenated values of a section with those of their parts that are values of their own, made or given in it.
  private func joins(
    in section: Trace.Section
  ) -> [(whole: Int, parts: [(part: Int, offset: Int)])] {
    program.nodes.indices.compactMap { index in
      let node = program.nodes[index]
      guard node.section == section, node.operation is Concatenate, uses.runs(index) else {
        return nil
      }
      var parts: [(part: Int, offset: Int)] = []
      var offset = 0
      for input in node.inputs {
        let part = program.root(of: input).root, record = program.values[part]
        switch record.origin {
        case .node, .input:
          if record.section == section, record.shape.count == program.values[input].shape.count {
            parts.append((part, offset))
          }
        default: break
        }
        offset += program.values[input].shape.count
      }
      return (node.outputs[0], parts)
    }
  }

  private mutating func make(_ part: Int, within whole: Int, from offset: Int) {
    partOf[part] = (whole, offset)
    plan.partsInPlace[whole, default: []].append((part, offset))
  }
}
