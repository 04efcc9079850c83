import TapeheadTraining

/// Collects what became of every tensor of a recording; no tensor is forgotten.
struct Comparison {
  let run: RecordedRun
  private let bounds: Bounds
  private var given: Set<String> = []
  private var results: [String: Verification] = [:]

  init(_ run: RecordedRun) {
    self.run = run
    self.bounds = Bounds(run.manifest)
  }

  /// Says that a tensor is what ours starts from, not what it is compared with.
  mutating func use(_ tensor: RecordedTensor) -> RecordedTensor {
    given.insert(tensor.name)
    return tensor
  }

  /// Compares a recorded tensor with ours, number by number.
  ///
  /// - Parameters:
  ///   - name: The tensor's name.
  ///   - measure: What its bound comes from; by its name, unless said otherwise.
  ///   - before: For a parameter, what it was before the step; then the changes are compared.
  ///   - ours: As many numbers as the tensor has, in its order.
  /// - Throws: `FileError` when the recording has no such tensor, or one of another size.
  mutating func check(
    _ name: String, _ measure: Bounds.Measure? = nil,
    since before: (recorded: [Double], ours: [Double])? = nil, ours: [Double]
  ) throws {
    let tensor = try run.tensor(name)
    guard tensor.values.count == ours.count else {
      throw run.error("has '\(name)' as \(tensor.shape) where \(ours.count) numbers belong")
    }
    guard tensor.values.allSatisfy(\.isFinite) else {
      return leaveOut(name, because: "the recording itself is not finite")
    }
    var (recorded, ours) = (tensor.values, ours)
    if let before {
      recorded = zip(recorded, before.recorded).map { $0 - $1 }
      ours = zip(ours, before.ours).map { $0 - $1 }
    }
    var deviation = 0.0
    for (ours, recorded) in zip(ours, recorded) {
      deviation = max(deviation, ours.isFinite ? (ours - recorded).magnitude : .infinity)
    }
    let bound = bounds.bound(
      measure ?? (name.hasPrefix("grad") ? .gradient : .named(name)),
      largest: recorded.reduce(0) { max($0, $1.magnitude) })
    results[name] = Verification(
      name: before == nil ? name : "\(name) (change)", deviation: deviation, bound: bound,
      verdict: deviation <= bound ? .passed : .failed)
  }

  /// Names a tensor that is not compared, and why.
  mutating func leaveOut(_ name: String, because reason: String) {
    results[name] = Verification(
      name: name, deviation: nil, bound: nil, verdict: .notChecked(reason: reason))
  }

  /// The report; what no one has used or compared counts as not checked.
  func report() -> VerificationReport {
    let quantities = run.names.filter { !given.contains($0) }.map { name in
      results[name]
        ?? Verification(
          name: name, deviation: nil, bound: nil,
          verdict: .notChecked(reason: "ours has nothing to compare with it"))
    }
    return VerificationReport(
      name: run.name, kind: "\(run.kind) (\(run.source))", quantities: quantities)
  }
}
