// What the way back leaves for the work after all steps, such as what a weight's gradient is summed up from, stands
// in the step's frame, where what it was made from stands too. Of that much has been read for the last time by then:
// a value takes its place, so that a frame is smaller and what is written is in the cache.

extension Planner {
  /// The place of a value that the way back makes when all that stands there has been read, if there is one.
  func placeTakenOver(by id: Int) -> Plan.Place? {
    guard purpose == .training, plan.partsInPlace[id] == nil,
      case .node(let maker, let output) = program.values[id].origin,
      program.values[id].section == .stepBack
    else { return nil }
    let size = rowStride(id)
    let sources = inPlaceSources(of: output, node: maker)
    let free = program.values.indices.filter {
      isMadeForward($0) && rowStride($0) >= size && isRead(before: maker, $0, sources)
    }
    // The tightest: what is left over of a wider one is lost.
    return free.min { rowStride($0) < rowStride($1) }.flatMap { plan.places[$0] }
  }

  /// Whether a step makes a value by itself in a part of its frame that holds no joined ones.
  private func isMadeForward(_ id: Int) -> Bool {
    guard case .node = program.values[id].origin, program.values[id].section == .step,
      plan.places[id]?.region == .frame, plan.places[id]?.shift == 1
    else { return false }
    return partOf[id] == nil && plan.places[id]?.rowStride == rowStride(id)
  }

  /// Whether all that stands where a value does has been read when an operation writes there, by every step: those
  /// after a step have come back before it, unless a stage makes a value for all steps.
  private func isRead(before maker: Int, _ id: Int, _ sources: [Int]) -> Bool {
    guard let place = plan.places[id] else { return false }
    let makesAllSteps = Stages.takesAllSteps(program.stages[maker])
    let standing = program.values.indices.filter { other in
      guard let found = plan.places[other], found.region == .frame else { return false }
      return found.offset < place.offset + blockFloats(id)
        && place.offset < found.offset + blockFloats(other)
    }
    return standing.allSatisfy { other in
      guard partOf[other] == nil, plan.partsInPlace[other] == nil,
        program.values[other].section == .step, !uses.isReadAfterwards(other)
      else { return false }
      guard let last = uses.lastUseBack(other) else { return true }
      if makesAllSteps { return program.stages[last] < program.stages[maker] }
      return last < maker || last == maker && sources.contains(other)
    }
  }
}
