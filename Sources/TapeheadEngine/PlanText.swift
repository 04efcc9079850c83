extension Program {
  /// The program as text: one operation a line, by section, with what it reads and makes.
  public var text: String {
    var lines: [String] = []
    for section in Trace.Section.allCases {
      lines.append("\(section):")
      for node in nodes where node.section == section {
        let outputs = node.outputs.map { "%\($0) \(values[$0].shape)" }.joined(separator: ", ")
        let inputs = node.inputs.map(name).joined(separator: ", ")
        let added = node.accumulators.sorted { $0.key < $1.key }.map { " + \(name($0.value))" }
        let scope = scopes[node.scope].isEmpty ? "" : "   # \(scopes[node.scope])"
        lines.append(
          "  \(outputs) = \(node.operation.name)(\(inputs))\(added.joined())\(scope)")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func name(_ id: Int) -> String {
    switch values[id].origin {
    case .node: "%\(id)"
    case .view(let root, let offset, _):
      "\(name(root))[\(offset)..<\(offset + values[id].shape.count)]"
    default: describe(id)
    }
  }
}

extension Plan {
  /// The plan as text: the regions' sizes, and every kernel with the places it reads and writes.
  public var text: String {
    var lines = [
      "\(purpose == .training ? "training" : "inference") with \(rows) sequences side by side",
      "once \(4 * onceFloats) bytes, scratch \(4 * scratchFloats) bytes, "
        + "\(4 * frameFloats) bytes a step",
    ]
    for section in Trace.Section.allCases where !instructions(section).isEmpty {
      lines.append("\(section):")
      for (index, instruction) in instructions(section).enumerated() {
        let stage = stages[section.rawValue].first { $0.instructions.lowerBound == index }
        if let stage, stage.takesAllSteps || index > 0 {
          lines.append("  \(stage.takesAllSteps ? "for all steps at once" : "step by step"):")
        }
        let operation = instruction.node.map { program.nodes[$0].operation.name } ?? "copy"
        let reads = instruction.reads.map { id in
          "\(program.describe(id)) @ \(places[id].map(Self.describe) ?? "nowhere")"
        }
        let writes = instruction.writes.map { "\(Self.describe($0.place))" }
        lines.append(
          "  \(writes.joined(separator: ", ")) ← \(operation)(\(reads.joined(separator: "; ")))")
      }
    }
    for tail in tails {
      let name = program.parameters.all[tail.parameter].name
      lines.append("after all steps: gradient of \(name) from \(Self.describe(tail.dy))")
    }
    return lines.joined(separator: "\n")
  }

  private static func describe(_ place: Place) -> String {
    let step = place.region == .frame && place.shift == 0 ? " of the step before" : ""
    return "\(place.region)+\(place.offset)\(step)"
  }
}
