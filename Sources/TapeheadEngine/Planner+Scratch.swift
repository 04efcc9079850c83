// Values that live for a few operations of one section share the scratch region: each takes the first
// gap that is wide enough, and gives it back after its last reader. Every row has a scratch of its own,
// so that a row may run ahead of the others.

extension Planner {
  private struct Block {
    let id: Int
    let offset: Int
    let size: Int
  }

  mutating func placeScratch(in section: Trace.Section) {
    var blocks: [Block] = []
    for (id, record) in program.values.enumerated() where record.section == section {
      if case .input = record.origin, uses.isNeeded(id) { place(id, among: &blocks) }
    }
    for (index, node) in program.nodes.enumerated()
    where node.section == section && uses.runs(index) {
      for (output, id) in node.outputs.enumerated() where plan.places[id] == nil {
        if partOf[id] == nil, let source = dyingSource(of: output, node: index, in: section),
          let position = blocks.firstIndex(where: { $0.id == source })
        {
          // The output takes over the place of an input that nobody reads any more.
          plan.places[id] = plan.places[source]
          blocks[position] = Block(
            id: id, offset: blocks[position].offset, size: blocks[position].size)
        } else {
          place(id, among: &blocks)
        }
      }
      blocks.removeAll { block in
        switch lastUseWithParts(block.id) {
        case .never: true
        case .node(let last): last <= index
        case .end: false
        }
      }
    }
  }

  private mutating func place(_ id: Int, among blocks: inout [Block]) {
    guard plan.places[id] == nil else { return }
    if let (whole, _) = partOf[id] { return place(whole, among: &blocks) }
    let size = paddedToVector(program.values[id].shape.count)
    var offset = 0
    for block in blocks.sorted(by: { $0.offset < $1.offset }) {
      if block.offset - offset >= size { break }
      offset = max(offset, block.offset + block.size)
    }
    blocks.append(Block(id: id, offset: offset, size: size))
    plan.scratchRow = max(plan.scratchRow, offset + size)
    plan.places[id] = Plan.Place(region: .scratch, offset: offset, rowStride: 0)
  }

  /// Lays the rows' scratches one behind the other, now that it is known how long they are.
  mutating func strideScratch() {
    for (id, place) in plan.places where place.region == .scratch {
      plan.places[id]?.rowStride = plan.scratchRow
    }
  }

  /// A scratch value whose place an output may take over at this node.
  private func dyingSource(of output: Int, node index: Int, in section: Trace.Section) -> Int? {
    inPlaceSources(of: output, node: index).first { source in
      program.values[source].section == section && plan.places[source]?.region == .scratch
        && lastUseWithParts(source) == .node(index)
        && partOf[source] == nil
    }
  }

  func lastUseWithParts(_ id: Int) -> ValueUses.LastUse {
    var latest = uses.lastUse(id)
    for (part, _) in plan.partsInPlace[id] ?? [] {
      switch (latest, lastUseWithParts(part)) {
      case (_, .end): return .end
      case (.never, let other): latest = other
      case (.node(let a), .node(let b)): latest = .node(max(a, b))
      default: break
      }
    }
    return latest
  }
}
