import TapeheadKernels

// From nodes with places to instructions in order.

extension Planner {
  mutating func emit() {
    for section in sections {
      var instructions: [Plan.Instruction] = []
      for (index, node) in program.nodes.enumerated()
      where node.section == section && uses.runs(index) {
        emit(node, index, into: &instructions)
      }
      handOn(section, into: &instructions)
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
    defer {
      if transposes, let gradient = node.operation as? LinearInputGradient {
        multiplyTransposed(gradient, node, &instructions[instructions.count - 1])
      }
    }
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

  /// Makes dx = W dy the product of dy with W's transpose, whose tiles need no sums over lanes.
  private mutating func multiplyTransposed(
    _ gradient: LinearInputGradient, _ node: Trace.Node, _ instruction: inout Plan.Instruction
  ) {
    guard case .parameter(let index) = program.values[node.inputs[1]].origin else { return }
    let parameter = program.parameters.all[index]
    let row = paddedToVector(parameter.shape.dimensions[0])
    let offset: Int
    if let known = plan.transposes.first(where: { $0.parameter == index }) {
      offset = known.offset
    } else {
      offset = plan.transposedFloats
      plan.transposes.append((index, offset))
      plan.transposedFloats += row * gradient.outputs
    }
    let transpose = Plan.Place(region: .transposed, offset: offset + gradient.first, rowStride: 0)
    let (dy, dx) = (instruction.operands[0], instruction.operands[2])
    instruction = Plan.Instruction(
      call: KernelCall(
        \.linear, sizes: [gradient.outputs, gradient.count, row, 0], sharesMatrix: true),
      // The kernel has a place for a bias and, without one, doesn't look there.
      operands: [dy, transpose, transpose, dx], accumulate: instruction.accumulate,
      node: instruction.node, reads: instruction.reads, writes: instruction.writes)
  }

  /// At the end of a section: what the next step, or the first, finds in a state's place.
  private func handOn(_ section: Trace.Section, into instructions: inout [Plan.Instruction]) {
    for (index, state) in program.states.enumerated() {
      switch section {
      case .initial:
        instructions.append(copy(state.initial, to: plan.entryPlaces[index], as: state.entry))
      case .step where place(state.final) != plan.finalPlaces[index]:
        instructions.append(copy(state.final, to: plan.finalPlaces[index], as: state.final))
      case .stepBack:
        guard let carried = program.carried[index], let target = plan.cotangentPlaces[index],
          place(carried) != target
        else { continue }
        instructions.append(copy(carried, to: target, as: carried))
      default: break
      }
    }
  }

  private mutating func emitTails() {
    for (parameter, work, section) in program.postponed {
      let everyStep = section == .stepBack
      switch work {
      case .product(let x, let dy):
        plan.tails.append(
          Plan.Tail(
            parameter: parameter, x: place(x), dy: place(dy), everyStep: everyStep,
            dyCount: program.values[dy].shape.count))
      case .sum(let dy):
        plan.tails.append(
          Plan.Tail(
            parameter: parameter, x: nil, dy: place(dy), everyStep: everyStep,
            dyCount: program.values[dy].shape.count))
      }
    }
  }
}
