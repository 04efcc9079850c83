// A product with a matrix that all rows share is fastest with many rows. Where its input does not depend on
// what the product gave a step before, the rows of all steps can be multiplied at once. So a step is cut
// into stages that take turns: one that is run step after step, then products for all steps, then what needs
// them, again step after step.

/// Which stage of its section every operation of a program belongs to.
struct Stages {
  /// Even stages run step by step, odd ones hold products for all steps.
  static func takesAllSteps(_ stage: Int) -> Bool { stage % 2 == 1 }

  /// By node.
  private(set) var ofNode: [Int]
  private let trace: Trace
  /// Values that one step hands to the next: what makes them and what finds them a step later.
  private var handed: [(from: Int, to: Int)] = []

  init(_ trace: Trace, states: [StateVariable], carried: [Int?]) {
    self.trace = trace
    self.ofNode = Array(repeating: 0, count: trace.nodes.count)
    self.handed = handedOn(states, carried)
    let bound = Set(handed.flatMap { [$0.from, $0.to] })
    for (index, node) in trace.nodes.enumerated()
    where isProduct(node) && !bound.contains(index) && !dependsOnItself(index) {
      ofNode[index] = 1
    }
    pushBehindInputs()
    pullTowardsReaders(all: bound)
  }

  /// Whether a kernel can make a node's output for all steps in one call.
  private func isProduct(_ node: Trace.Node) -> Bool {
    guard node.section == .step || node.section == .stepBack, node.accumulators.isEmpty else {
      return false
    }
    return node.operation is LinearMap || node.operation is LinearInputGradient
  }

  /// The node that makes a value, if it is one of a section.
  private func maker(of id: Int, in section: Trace.Section) -> Int? {
    guard case .node(let index, _) = trace.values[trace.root(of: id).root].origin,
      trace.nodes[index].section == section
    else { return nil }
    return index
  }

  private func reads(_ index: Int) -> [Int] {
    trace.nodes[index].inputs + Array(trace.nodes[index].accumulators.values)
  }

  private func makers(for index: Int) -> [Int] {
    reads(index).compactMap { maker(of: $0, in: trace.nodes[index].section) }
  }

  private func handedOn(_ states: [StateVariable], _ carried: [Int?]) -> [(from: Int, to: Int)] {
    var handed: [(from: Int, to: Int)] = []
    for index in trace.nodes.indices {
      for id in reads(index) {
        let source: Int?
        switch (trace.values[trace.root(of: id).root].origin, trace.nodes[index].section) {
        case (.state(let state), .step): source = maker(of: states[state].final, in: .step)
        case (.stateCotangent(let state), .stepBack):
          source = carried[state].flatMap { maker(of: $0, in: .stepBack) }
        default: source = nil
        }
        if let source { handed.append((source, index)) }
      }
    }
    return handed
  }

  /// The nodes of the same stage with which a node shares a value that is handed on.
  private func partners(of index: Int) -> [Int] {
    handed.filter { $0.to == index }.map(\.from) + handed.filter { $0.from == index }.map(\.to)
  }

  /// Whether a node would have to stand behind itself: its output reaches its input, in a later step, or by way of
  /// what must stand in one stage.
  private func dependsOnItself(_ start: Int) -> Bool {
    var open = [start]
    var seen: Set<Int> = []
    while let index = open.popLast() {
      for source in makers(for: index) + partners(of: index) {
        if source == start { return true }
        if seen.insert(source).inserted { open.append(source) }
      }
    }
    return false
  }

  /// How many stages, 0 or 1, must lie between an operation and its reader: those of one kind may share a stage.
  private func gap(_ source: Int, _ reader: Int) -> Int { (ofNode[source] + ofNode[reader]) % 2 }

  /// What is handed from step to step is made and found in one stage.
  private mutating func pushBehindInputs() {
    var changed = true
    while changed {
      changed = false
      for index in trace.nodes.indices {
        let earliest =
          makers(for: index).map { ofNode[$0] + gap($0, index) }
          + partners(of: index).map { ofNode[$0] }
        guard let latest = earliest.max(), latest > ofNode[index] else { continue }
        ofNode[index] = latest
        changed = true
      }
    }
  }

  /// As late as what reads it allows, so that little has to be kept from stage to stage.
  private mutating func pullTowardsReaders(all bound: Set<Int>) {
    var limits: [Int: Int] = [:]
    for index in trace.nodes.indices.reversed() {
      if let limit = limits[index], !bound.contains(index) { ofNode[index] = limit }
      for source in makers(for: index) {
        let latest = ofNode[index] - gap(source, index)
        limits[source] = min(limits[source] ?? latest, latest)
      }
    }
  }
}
