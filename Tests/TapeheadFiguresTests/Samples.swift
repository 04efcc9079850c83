import TapeheadFigures

/// One figure of each kind, small, with text that needs escaping.
enum Samples {
  static let all: [String] = [
    "heat map", "strips", "curves", "outputs", "predictions", "locations", "stages", "survival",
    "times",
  ]

  static func grid(_ rows: Int, _ columns: Int, signed: Bool = false) throws -> Grid {
    try Grid(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { signed ? 2 * noise($0) - 1 : noise($0) })
  }

  static func figure(_ name: String) throws -> any Figure {
    let title = "“a & b” < \"c\""
    let summary = "1 < 2 & 3 > 2"
    switch name {
    case "heat map":
      return try HeatMap(
        title: title, summary: summary, grid: grid(3, 4, signed: true),
        rows: CellAxis("slot"), columns: CellAxis("step", names: ["a", "<b>", "c", "d"]),
        value: "weight")
    case "strips":
      return try Strips(
        title: title, summary: summary,
        strips: [
          Strip("input", rows: "channels", grid: grid(3, 9)),
          Strip("adds & reads", rows: "cells", grid: grid(5, 9, signed: true)),
        ], phases: [Phase("input", start: 0), Phase("recall", start: 5)])
    case "curves":
      return try Curves(
        title: title, summary: summary, x: Axis("sequences"), y: Axis("cost", unit: "bits"),
        curves: [
          .median("NTM", x: [0, 1, 2], seeds: [[3, 2, 1], [4, 2, .nan], [5, 1, .infinity]]),
          Curve("paper", x: [0, 1, 2], y: [2, .nan, 0], mark: .rings),
        ])
    case "outputs":
      let targets = try Grid([[0.0, 1, 1], [1, 0, 1]])
      let outputs = try Grid([[0.1, 0.9, 0.2], [0.7, 0.2, .nan]])
      return try OutputsBesideTargets(
        title: title, summary: summary,
        panels: [.init("length 3", targets: targets, outputs: outputs)])
    case "predictions":
      return try PredictionStrip(
        title: title, summary: summary, bits: [0, 1, 1], optimum: [0.5, 0.6, 0.7],
        models: [.init("NTM", probabilities: [0.5, 0.5, 0.9])])
    case "locations":
      return try WriteLocations(
        title: title, summary: summary, priorities: [-1, 0, 1], locations: [10, 20, 30],
        circle: 24)
    case "stages":
      return try AddressingStages(
        title: title, summary: summary,
        stages: [
          .init("content", detail: "β = 5", weighting: [0.2, 0.3, 0.5]),
          .init("sharpened", weighting: [0, .nan, 1]),
        ])
    case "times":
      return try SolvingTimes(
        title: title, summary: summary,
        groups: [
          .init("a & b", sequencesToSolve: [1, 2, nil]), .init("c", sequencesToSolve: [nil]),
        ],
        budget: 4)
    default:
      return try SurvivalCurves(
        title: title, summary: summary,
        groups: [.init("constant", sequencesToSolve: [100, nil, 300, 200])], budget: 1000)
    }
  }
}
