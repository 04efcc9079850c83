import TapeheadTraining

extension VerificationReport {
  /// A table for people: a quantity a line, its deviation beside its bound.
  public var text: String {
    let width = quantities.map(\.name.count).max() ?? 0
    func padded(_ text: String, to width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let head = padded("quantity", to: width) + "  deviation  bound     verdict"
    let lines = quantities.map { quantity in
      padded(quantity.name, to: width) + "  "
        + padded(quantity.deviation.map(VerificationReport.scientific) ?? "–", to: 11)
        + padded(quantity.bound.map(VerificationReport.scientific) ?? "–", to: 10)
        + quantity.verdict.words
    }
    return (["\(name): \(kind)", head] + lines).joined(separator: "\n")
  }

  /// One JSON object on one line, for programs; a deviation that is not finite is null.
  public var json: String {
    let members: [JSONValue.Member] = [
      JSONValue.Member("case", .string(name)),
      JSONValue.Member("kind", .string(kind)),
      JSONValue.Member("passed", .number("\(passed)")),
      JSONValue.Member("failed", .number("\(failed)")),
      JSONValue.Member("not_checked", .number("\(notChecked)")),
      JSONValue.Member("quantities", .array(quantities.map(\.json))),
    ]
    return JSONValue.object(members).text
  }

  /// A number ≥ 0 with three digits, as 1.23e-07.
  static func scientific(_ number: Double) -> String {
    guard number.isFinite else { return "not finite" }
    guard number > 0 else { return "0" }
    var (mantissa, exponent) = (number, 0)
    while mantissa >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let digits = Int((mantissa * 100).rounded())
    let size = "\(exponent.magnitude)"
    return "\(digits / 100).\(digits / 10 % 10)\(digits % 10)e\(exponent < 0 ? "-" : "+")"
      + (size.count < 2 ? "0" : "") + size
  }
}

extension Verification {
  fileprivate var json: JSONValue {
    func number(_ value: Double?) -> JSONValue {
      value.flatMap { $0.isFinite ? .number("\($0)") : nil } ?? .null
    }
    var members: [JSONValue.Member] = [
      JSONValue.Member("name", .string(name)),
      JSONValue.Member("deviation", number(deviation)),
      JSONValue.Member("bound", number(bound)),
    ]
    switch verdict {
    case .passed: members.append(JSONValue.Member("verdict", .string("passed")))
    case .failed: members.append(JSONValue.Member("verdict", .string("failed")))
    case .notChecked(let reason):
      members.append(JSONValue.Member("verdict", .string("not checked")))
      members.append(JSONValue.Member("reason", .string(reason)))
    }
    return .object(members)
  }
}

extension Verification.Verdict {
  fileprivate var words: String {
    switch self {
    case .passed: "passed"
    case .failed: "FAILED"
    case .notChecked(let reason): "not checked: \(reason)"
    }
  }
}
