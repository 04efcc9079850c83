import TapeheadKernels

// From nodes with places to instructions in order.

extension Plan.Instruction {
  /// Makes it a product with other operands.
  fileprivate mutating func multiply(sizes: [Int], operands: [Plan.Place]) {
    self = Plan.Instruction(
      call: KernelCall(\.linear, sizes: sizes, sharesMatrix: true), operands: operands,
      accumulate: accumulate, node: node, reads: reads, writes: writes)
  }
}

extension Planner {
  mutating func emit() {
    plan.stages = Trace.Section.allCases.map { _ in [] }
    for section in sections {
      var instructions: [Plan.Instruction] = []
      let nodes = program.nodes.indices.filter {
        program.nodes[$0].section == section && uses.runs($0)
      }
      for stage in 0...(nodes.last.map { program.stages[$0] } ?? 0) {
        let start = instructions.count
        for index in nodes where program.stages[index] == stage {
          emit(program.nodes[index], index, into: &instructions)
        }
        handOn(section, stage, into: &instructions)
        plan.stages[section.rawValue].append(
          Plan.Stage(
            instructions: start..<instructions.count, takesAllSteps: Stages.takesAllSteps(stage)))
      }
      switch section {
      case .initial: plan.initial = instructions
      case .step: plan.step = instructions
      case .stepBack: plan.stepBack = instructions
      case .initialBack: plan.initialBack = instructions
      }
    }
    if purpose == .training { emitTails() }
    resolvePlaces()
  }

  /// Where a value stands, be it whole, part of a joined value, or a view.
  private func place(_ id: Int) -> Plan.Place {
    let (root, offset) = program.root(of: id)
    if let (whole, start) = partOf[root], plan.places[root] == nil {
      return place(whole).moved(by: start + offset)
    }
    guard let place = plan.places[root] else {
      preconditionFailure("no place for \(program.describe(root))")
    }
    return place.moved(by: offset)
  }

  /// Writes down the place of every value that has one, so that readers of the plan need not resolve it.
  private mutating func resolvePlaces() {
    for id in program.values.indices where plan.places[id] == nil {
      let (root, offset) = program.root(of: id)
      guard uses.isNeeded(root) else { continue }
      var (whole, start) = (root, offset)
      while plan.places[whole] == nil, let (next, inner) = partOf[whole] {
        (whole, start) = (next, start + inner)
      }
      plan.places[id] = plan.places[whole]?.moved(by: start)
    }
  }

  private func copy(_ id: Int, to target: Plan.Place, as value: Int) -> Plan.Instruction {
    let count = program.values[id].shape.count
    return Plan.Instruction(
      call: KernelCall(\.copy, sizes: [count]), operands: [place(id), target], accumulate: 0,
      node: nil, reads: [id], writes: [(value, target, count)])
  }

  private mutating func emit(
    _ node: Trace.Node, _ index: Int, into instructions: inout [Plan.Instruction]
  ) {
    if node.operation is Concatenate {
      let whole = place(node.outputs[0])
      var offset = 0
      for input in node.inputs {
        let target = whole.moved(by: offset)
        offset += program.values[input].shape.count
        if partOf[program.root(of: input).root].map({ $0.whole == node.outputs[0] }) == true,
          place(input) == target
        {
          continue
        }
        instructions.append(copy(input, to: target, as: node.outputs[0]))
      }
      return
    }
    var accumulate: UInt32 = 0
    defer { if packs { multiplyPacked(node, &instructions[instructions.count - 1]) } }
    for (output, source) in node.accumulators.sorted(by: { $0.key < $1.key }) {
      accumulate |= 1 << UInt32(output)
      let target = place(node.outputs[output])
      if place(source) != target {
        instructions.append(copy(source, to: target, as: node.outputs[output]))
      }
    }
    let inputs = node.inputs.map { program.values[$0].shape }
    let outputs = node.outputs.map { program.values[$0].shape }
    let call = node.operation.kernel(inputs: inputs, outputs: outputs)
    let operands = (node.inputs + node.outputs).enumerated().map { operand, id in
      place(id).moved(by: call.skips[operand] ?? 0)
    }
    instructions.append(
      Plan.Instruction(
        call: call, operands: operands, accumulate: accumulate, node: index,
        reads: node.inputs
          + node.accumulators.filter { place($0.value) == place(node.outputs[$0.key]) }
          .sorted { $0.key < $1.key }.map(\.value),
        writes: zip(node.outputs, outputs).map { ($0, place($0), $1.count) }))
  }

  /// Lets a product read its weight packed; dx = W dy becomes the product of dy with W's transpose, whose tiles
  /// need no sums over lanes.
  private mutating func multiplyPacked(_ node: Trace.Node, _ instruction: inout Plan.Instruction) {
    guard node.inputs.count > 1,
      case .parameter(let index) = program.values[node.inputs[1]].origin
    else { return }
    let operands = instruction.operands
    switch node.operation {
    case let map as LinearMap:
      let (count, columns) = (instruction.call.sizes[0], instruction.call.sizes[1])
      let rows = map.first..<(map.first + count)
      let matrix = place(Plan.Packed(parameter: index, rows: rows, transposed: false))
      instruction.multiply(
        sizes: [count, columns, 0, map.hasStart ? 1 : 0, plan.rows],
        operands: [operands[0], matrix, operands[2], operands[3]])
    case let gradient as LinearInputGradient:
      let rows = gradient.first..<(gradient.first + gradient.count)
      let matrix = place(Plan.Packed(parameter: index, rows: rows, transposed: true))
      // The kernel has a place for a start and, without one, doesn't look there.
      instruction.multiply(
        sizes: [gradient.outputs, gradient.count, 0, 0, plan.rows],
        operands: [operands[0], matrix, matrix, operands[2]])
    default: break
    }
  }

  /// Where a packed matrix stands.
  private mutating func place(_ matrix: Plan.Packed) -> Plan.Place {
    let known = plan.packed.firstIndex { $0.matrix == matrix }
    if known == nil {
      let columns = program.parameters.all[matrix.parameter].shape.dimensions[1]
      plan.packed.append((matrix, plan.packedFloats))
      plan.packedFloats +=
        matrix.transposed
        ? columns * paddedToVector(matrix.rows.count)
        : matrix.rows.count * paddedToVector(columns)
    }
    let offset = plan.packed[known ?? plan.packed.count - 1].offset
    return Plan.Place(region: .packed, offset: offset, rowStride: 0)
  }

  /// At the end of a stage: what the next step, or the first, finds in a state's place.
  private func handOn(
    _ section: Trace.Section, _ stage: Int, into instructions: inout [Plan.Instruction]
  ) {
    for (index, state) in program.states.enumerated() {
      switch section {
      case .initial:
        instructions.append(copy(state.initial, to: plan.entryPlaces[index], as: state.entry))
      case .step:
        guard program.stage(of: state.final, in: section) == stage,
          place(state.final) != plan.finalPlaces[index]
        else { continue }
        instructions.append(copy(state.final, to: plan.finalPlaces[index], as: state.final))
      case .stepBack:
        guard let carried = program.carried[index], let target = plan.cotangentPlaces[index],
          (program.stage(of: carried, in: section) ?? 0) == stage, place(carried) != target
        else { continue }
        instructions.append(copy(carried, to: target, as: carried))
      case .initialBack: break
      }
    }
  }

  private mutating func emitTails() {
    for (parameter, work, section) in program.postponed {
      let x: Int?
      let (dy, row): (Int, Int)
      switch work {
      case .product(let factor, let other, let first): (x, dy, row) = (factor, other, first)
      case .sum(let other): (x, dy, row) = (nil, other, 0)
      }
      plan.tails.append(
        Plan.Tail(
          parameter: parameter, row: row, x: x.map(place), dy: place(dy),
          everyStep: section == .stepBack, xCount: x.map { program.values[$0].shape.count } ?? 0,
          dyCount: program.values[dy].shape.count))
    }
  }
}
