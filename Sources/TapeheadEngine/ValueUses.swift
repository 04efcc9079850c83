/// Which operations of a program run, and how long each value is needed.
struct ValueUses {
  /// The last operation of a value's own section that reads it, if no other section does.
  enum LastUse: Equatable {
    case never
    case node(Int)
    /// Until the section has ended.
    case end
  }

  private let program: Program
  private let purpose: Plan.Purpose
  private var needed: [Bool]
  private var last: [LastUse]
  private var escaping: [Bool]
  private var crossing: [Bool]
  private var lastBack: [Int?]
  private var afterwards: [Bool]

  init(_ program: Program, purpose: Plan.Purpose, recorded: Set<Int>) {
    self.program = program
    self.purpose = purpose
    self.needed = Array(repeating: false, count: program.values.count)
    self.last = Array(repeating: .never, count: program.values.count)
    self.escaping = Array(repeating: false, count: program.values.count)
    self.crossing = Array(repeating: false, count: program.values.count)
    self.lastBack = Array(repeating: nil, count: program.values.count)
    self.afterwards = Array(repeating: false, count: program.values.count)
    markEnds(recorded)
    walk()
  }

  /// Whether anything that is asked for depends on a value.
  func isNeeded(_ id: Int) -> Bool { needed[program.root(of: id).root] }

  /// Whether an operation has to run.
  func runs(_ node: Int) -> Bool { program.nodes[node].outputs.contains { needed[$0] } }

  func lastUse(_ id: Int) -> LastUse { last[program.root(of: id).root] }

  /// Whether another section, or the work after all steps, reads a value.
  func escapes(_ id: Int) -> Bool { escaping[program.root(of: id).root] }

  /// Whether a value has to stand for all steps at once: another stage of its section reads it, or it is made for
  /// all steps.
  func crosses(_ id: Int) -> Bool { crossing[program.root(of: id).root] }

  /// The last operation of the steps' way back that reads a value.
  func lastUseBack(_ id: Int) -> Int? { lastBack[program.root(of: id).root] }

  /// Whether a value is read when the last step has come back.
  func isReadAfterwards(_ id: Int) -> Bool { afterwards[program.root(of: id).root] }

  private mutating func markEnds(_ recorded: Set<Int>) {
    for state in program.states {
      markEnd(state.initial)
      markEnd(state.final)
    }
    for id in recorded {
      // Training looks at them when all steps have run.
      if purpose == .training { markEscape(id) } else { markEnd(id) }
    }
    guard purpose == .training else { return }
    for carried in program.carried { if let carried { markEnd(carried) } }
    for (_, work, _) in program.postponed {
      switch work {
      case .product(let x, let dy, _):
        markEscape(x)
        markEscape(dy)
      case .sum(let dy): markEscape(dy)
      }
    }
    if let cotangent = program.inputCotangent { markEscape(cotangent) }
  }

  private mutating func markEnd(_ id: Int) {
    let root = program.root(of: id).root
    needed[root] = true
    last[root] = .end
  }

  /// What is looked at when all steps have run, forward and back.
  private mutating func markEscape(_ id: Int) {
    markEnd(id)
    escaping[program.root(of: id).root] = true
    afterwards[program.root(of: id).root] = true
  }

  /// Whether a value is put where it stands for all steps before the first runs.
  private func isLoaded(_ id: Int) -> Bool {
    guard purpose == .training, case .input = program.values[id].origin else { return false }
    return true
  }

  /// From the last operation to the first: what is needed makes its inputs needed.
  private mutating func walk() {
    for (index, node) in program.nodes.enumerated().reversed() {
      guard purpose == .training || node.section.rawValue <= Trace.Section.step.rawValue,
        node.outputs.contains(where: { needed[$0] })
      else { continue }
      for id in node.inputs + Array(node.accumulators.values) {
        let root = program.root(of: id).root
        needed[root] = true
        if node.section == .stepBack, lastBack[root] == nil { lastBack[root] = index }
        if program.values[root].section != node.section || isLoaded(root) {
          escaping[root] = true
          last[root] = .end
        } else if last[root] == .never {
          last[root] = .node(index)
        }
        if purpose == .training, let stage = program.stage(of: root, in: node.section),
          stage != program.stages[index] || Stages.takesAllSteps(stage)
        {
          crossing[root] = true
        }
      }
    }
  }
}
