import TapeheadFigures
import Testing

@Suite("Data that do not fit are named")
struct FigureErrorTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("strips of different length")
  func strips() {
    let text = message {
      _ = try Strips(
        title: "t", summary: "s",
        strips: [
          Strip("input", rows: "channels", grid: Samples.grid(2, 5)),
          Strip("reads", rows: "cells", grid: Samples.grid(2, 6)),
        ])
    }
    #expect(
      text == "Strip “reads” of “t” has 6 steps and “input” has 5: give all strips the same steps.")
  }

  @Test("a phase outside of the sequence")
  func phase() {
    let text = message {
      _ = try Strips(
        title: "t", summary: "s", strips: [Strip("a", rows: "", grid: Samples.grid(1, 5))],
        phases: [Phase("recall", start: 5)])
    }
    #expect(text.contains("Phase “recall” of “t” starts at step 5 of 5"))
  }

  @Test("a seed with too few values")
  func seeds() {
    let text = message { _ = try Curve.median("NTM", x: [1, 2], seeds: [[1, 2], [1]]) }
    #expect(text.contains("Seed 1 of curve “NTM” has 1 values for 2 places"))
  }

  @Test("nothing to draw, and axes without a range")
  func axes() {
    let draw = { (axis: Axis, values: [Double]) in
      self.message {
        _ = try Curves(
          title: "t", summary: "s", x: Axis("x"), y: axis,
          curves: [Curve("c", x: values.map { _ in 0 }, y: values)])
      }
    }
    #expect(draw(Axis("y"), [.nan]).contains("no finite point"))
    #expect(draw(Axis("y", range: 2...2), [1]).contains("two different finite ends"))
    #expect(draw(Axis("y", spacing: .logarithmic, range: 0...1), [1]).contains("above 0"))
  }

  @Test("names, shapes and lists that do not match")
  func shapes() {
    #expect(throws: FigureError.self) {
      try HeatMap(
        title: "t", summary: "s", grid: Samples.grid(2, 2), rows: CellAxis("r", names: ["a"]),
        columns: CellAxis("c"), value: "v")
    }
    #expect(throws: FigureError.self) {
      try OutputsBesideTargets(
        title: "t", summary: "s",
        panels: [.init("p", targets: Samples.grid(2, 3), outputs: Samples.grid(2, 4))])
    }
    #expect(throws: FigureError.self) {
      try PredictionStrip(
        title: "t", summary: "s", bits: [0, 1], optimum: [0.5], models: [])
    }
    #expect(throws: FigureError.self) {
      try WriteLocations(
        title: "t", summary: "s", priorities: [1, 1], locations: [1, 2], circle: 8)
    }
    #expect(throws: FigureError.self) {
      try AddressingStages(
        title: "t", summary: "s",
        stages: [.init("a", weighting: [1, 0]), .init("b", weighting: [1])])
    }
    #expect(throws: FigureError.self) {
      try SurvivalCurves(
        title: "t", summary: "s", groups: [.init("a", sequencesToSolve: [])], budget: 10)
    }
    #expect(throws: FigureError.self) { try Table("t", columns: [.init("a")], rows: [["1", "2"]]) }
  }
}
