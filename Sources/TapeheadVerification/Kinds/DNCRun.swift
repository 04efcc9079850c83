import TapeheadEngine
import TapeheadTraining

/// A whole DNC: every step's values, the loss, and every gradient.
///
/// `grad.*` are the gradients of the programs as published, where the usage passes none to the write
/// weighting that raised it; `grad_full.*` those of the equations.
struct DNCRun: RecordingKind {
  let summary = "B (a whole DNC of google-deepmind/dnc or RobertCsordas/dnc)"

  /// Usages nearer than this are one number in float32.
  private static let leastGap = Double(Float.ulpOfOne)

  /// What is by slot, and so depends on which of two slots of one usage is allocated first.
  private static let bySlot = [
    "memory", "read_weights", "write_weights", "link", "precedence", "usage",
    "allocation_weights", "write_content_weights", "read_content_weights", "forward_weights",
    "backward_weights",
  ]

  func recognises(_ run: RecordedRun) -> Bool {
    run.letter == "B" && run.has("loss") && DNCProgram(rawValue: run.source) != nil
  }

  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws {
    guard let program = DNCProgram(rawValue: comparison.run.source) else { return }
    let recorded = try RecordedDNC(&comparison, program: program)
    for (prefix, stops) in [("grad", true), ("grad_full", false)] {
      let model = try DNCModel(
        recorded, stopsUsageGradient: stops, &comparison, settings: settings)
      let results = (0..<recorded.sequences).map(model.run)
      if stops { try compareSteps(results, recorded, &comparison) }
      try compareGradients(results, model, recorded, &comparison, prefix)
    }
  }

  /// Compares what every step made, and the loss.
  private func compareSteps(
    _ results: [DNCModel.Result], _ recorded: RecordedDNC, _ comparison: inout Comparison
  ) throws {
    let names = results.first.map { $0.steps.keys.sorted() } ?? []
    for name in names where comparison.run.has("step.\(name)") {
      let rows = results.map { $0.steps[name] ?? [] }
      try check(
        "step.\(name)", .named(name), ofSlots: Self.bySlot.contains(name), &comparison,
        ours: joined(rows, steps: recorded.steps))
    }
    try comparison.check("loss", ours: [results.reduce(0) { $0 + $1.loss }])
  }

  private func compareGradients(
    _ results: [DNCModel.Result], _ model: DNCModel, _ recorded: RecordedDNC,
    _ comparison: inout Comparison, _ prefix: String
  ) throws {
    for (index, map) in model.maps.enumerated() {
      let gradients = results.map { $0.weightGradients[index] }
      try comparison.check(
        "\(prefix).param.\(map.name)", .parameterGradient,
        ours: map.places.indices.map { place in gradients.reduce(0) { $0 + $1[place] } })
    }
    try comparison.check(
      "\(prefix).X", .parameterGradient,
      ours: joined(results.map(\.inputGradients), steps: recorded.steps))
    for (ours, theirs) in RecordedDNC.states {
      guard let first = recorded.firstStates[ours] else { continue }
      let isOfSlots = Self.bySlot.contains(theirs)
      try check(
        "\(prefix).\(first.name)", isOfSlots ? .gradient : .parameterGradient,
        ofSlots: isOfSlots, &comparison,
        ours: results.flatMap { $0.stateGradients[ours] ?? [] })
    }
  }

  /// Compares a tensor, unless it is by slot and the recording's slots cannot be told apart in float32.
  private func check(
    _ name: String, _ measure: Bounds.Measure, ofSlots: Bool, _ comparison: inout Comparison,
    ours: [Double]
  ) throws {
    let gap = try comparison.run.number(
      "smallest_nonzero_gap_between_usages_in_sort_order", of: comparison.run.manifest, or: 1)
    if ofSlots, gap < Self.leastGap {
      comparison.leaveOut(
        name, because: "usages differ by less than float32 can tell, so slots change places")
    } else {
      try comparison.check(name, measure, ours: ours)
    }
  }

  /// Rows by sequence and step as a recording has them, by step and sequence.
  private func joined(_ sequences: [[[Double]]], steps: Int) -> [Double] {
    (0..<steps).flatMap { step in sequences.flatMap { $0[step] } }
  }
}
