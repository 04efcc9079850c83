import TapeheadFigures
import TapeheadTraining

extension Table {
  /// Every setting of a run by its path.
  static func settings(of configuration: RunConfiguration) throws -> Table {
    let tree = try JSONValue(encoding: configuration)
    return .settings("Every setting of the run.", tree.leaves(under: ""))
  }
}

extension JSONValue {
  /// The plain values in this one, each with its dotted path.
  fileprivate func leaves(under path: String) -> [(name: String, value: String)] {
    switch self {
    case .object(let members):
      members.flatMap { member in
        member.value.leaves(under: path.isEmpty ? member.name : "\(path).\(member.name)")
      }
    case .string(let text): [(path, text)]
    default: [(path, text)]
    }
  }
}
