import TapeheadFigures
import Testing

@Suite("Data arrive where they belong")
struct FigureDataTests {
  @Test("the median and the range of seeds, where some have no value")
  func median() throws {
    let curve = try Curve.median(
      "a", x: [1, 2, 3, 4],
      seeds: [
        [3, 1, .nan, .nan], [1, 5, 7, .nan], [2, .infinity, .nan, .nan], [9, 4, .nan, .nan],
      ])
    let expected = [
      Curve.Point(x: 1, y: 2.5, range: 1...9),
      Curve.Point(x: 2, y: 4.5, range: 1...(.infinity)),
      Curve.Point(x: 3, y: 7),
    ]
    #expect(curve.points == expected)
  }

  @Test("a known point stands at its coordinates")
  func coordinates() throws {
    let curves = try Curves(
      title: "t", summary: "s", x: Axis("x", range: 0...10), y: Axis("y", range: 0...4),
      curves: [Curve("c", x: [0, 5, 10], y: [0, 1, 4])])
    let parts = curves.drawing(id: "a").elements.flatMap(\.descendants)
    let clip = try #require(parts.first { $0.name == "clipPath" }?.descendants.last)
    let numbers = ["x", "y", "width", "height"].compactMap { clip[$0].flatMap(Double.init) }
    try #require(numbers.count == 4)
    // The clipping rectangle is the frame with five pixels around it.
    let (x, y, width, height) = (
      numbers[0] + 5, numbers[1] + 5, numbers[2] - 10, numbers[3] - 10
    )
    let line = try #require(parts.last { $0["class"] == "line s0" }?["d"])
    let expected =
      "M\(decimal(x)) \(decimal(y + height))L\(decimal(x + width / 2)) "
      + "\(decimal(y + height * 3 / 4))L\(decimal(x + width)) \(decimal(y))"
    #expect(line == expected)
  }

  @Test("a line is broken at what is not finite, and a lonely point is a dot")
  func broken() throws {
    let curves = try Curves(
      title: "t", summary: "s", x: Axis("x"), y: Axis("y"),
      curves: [Curve("c", x: [0, 1, 2, 3, 4], y: [1, 2, .nan, 3, .infinity])])
    let parts = curves.drawing(id: "a").elements.flatMap(\.descendants)
    let line = try #require(parts.last { $0["class"] == "line s0" }?["d"])
    #expect(line.count { $0 == "M" } == 2)
    #expect(parts.count { $0["class"] == "dot s0" } == 1)
  }

  @Test("survival counts those who solved within the budget")
  func survival() throws {
    let figure = try SurvivalCurves(
      title: "t", summary: "s",
      groups: [.init("a", sequencesToSolve: [300, nil, 100, 2000])], budget: 1000)
    let texts = figure.svg()
    #expect(texts.contains("a (2 of 4)"))
    // Up to 25 % at 100, to 50 % at 300, level to the end.
    let parts = figure.drawing(id: "a").elements.flatMap(\.descendants)
    let line = try #require(parts.last { $0["class"] == "line s0" }?["d"])
    let area = figure.curves.area(top: 0)
    let across = [0, 100, 300, 1000].map { decimal(area.x.position($0)) }
    let found = line.split { "MHV ".contains($0) }.map(String.init)
    #expect([found[0], found[2], found[4], found[6]] == across)
    #expect(found[5] == found[7])
  }

  @Test("every seed is a dot at its sequences, one that did not solve the task beside the axis")
  func times() throws {
    let figure = try SolvingTimes(
      title: "t", summary: "s",
      groups: [
        .init("a", sequencesToSolve: [500, 1000, 500, 2000]),
        .init("b", sequencesToSolve: [nil, 500, nil]),
      ], budget: 1000)
    #expect(figure.svg().contains("a (3 of 4)"))
    #expect(figure.svg().contains("b (1 of 3)"))
    let parts = figure.drawing(id: "a").elements.flatMap(\.descendants)
    // Of circles with a class: those of the plot, without the legend's one each.
    func dots(_ style: String) -> [(x: Double, y: Double)] {
      parts.filter { $0.name == "circle" && $0["class"] == style }.dropFirst().compactMap { dot in
        guard let x = dot["cx"].flatMap(Double.init), let y = dot["cy"].flatMap(Double.init)
        else { return nil }
        return (x, y)
      }
    }
    let (solved, unsolved) = (dots("dot s0"), dots("dot alarm"))
    try #require(solved.count == 4 && unsolved.count == 3)
    // Two seeds at 500, one above the other, left of the one at 1000; the row of b stands below.
    #expect(solved[0].x == solved[1].x && solved[0].y != solved[1].y)
    #expect(solved[2].x > solved[0].x && solved[3].x == solved[0].x)
    #expect(solved[3].y > max(solved[0].y, solved[1].y))
    #expect(unsolved.allSatisfy { $0.x > solved[2].x })
    // A median for a, half of whose seeds are there in time, and none for b, beside the legend's.
    #expect(parts.count { $0.name == "line" && $0["class"] == "median" } == 2)
  }

  @Test("the fitted line of the write locations is the least-squares line")
  func fit() throws {
    let figure = try WriteLocations(
      title: "t", summary: "s", priorities: [-1, 0, 1, 2], locations: [12, 9, 8, 3], circle: 16)
    // By hand: p̄ = 0.5, l̄ = 8, Σ(p−p̄)(l−l̄) = −14, Σ(p−p̄)² = 5, Σ(l−l̄)² = 42.
    #expect(abs(figure.slope + 2.8) < 1e-12)
    #expect(abs(figure.intercept - 9.4) < 1e-12)
    #expect(abs(figure.explained - 196.0 / 210) < 1e-12)
    let still = try WriteLocations(
      title: "t", summary: "s", priorities: [-1, 0], locations: [7, 7], circle: 16)
    #expect((still.slope, still.intercept, still.explained) == (0, 7, 0))
  }

  @Test("wrong bits are counted at one half, and what is not a number is wrong")
  func wrongBits() throws {
    let panel = try OutputsBesideTargets.Panel(
      "p", targets: Grid([[0.0, 1, 1], [1, 0, 1]]),
      outputs: Grid([[0.6, 0.9, 0.2], [0.7, 0.2, .nan]]))
    #expect(panel.wrongBits == [1, 0, 2])
  }
}
