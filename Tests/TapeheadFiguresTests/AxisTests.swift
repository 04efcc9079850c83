import TapeheadFigures
import Testing

@Suite("Scales and ticks")
struct AxisTests {
  @Test("a linear scale puts values where they belong")
  func linear() {
    let scale = Scale(.linear, 0...200, from: 50, to: 450)
    let places = [0, 50, 200].map(scale.position)
    #expect(places == [50, 150, 450])
  }

  @Test("a logarithmic scale gives each decade the same room, and zero the edge")
  func logarithmic() {
    let scale = Scale(.logarithmic, 0.01...100, from: 400, to: 0)
    let places = [0, 0.01, 1, 10, 100].map(scale.position)
    for (place, expected) in zip(places, [400.0, 400, 200, 100, 0]) {
      #expect(abs(place - expected) < 1e-9)
    }
  }

  @Test(
    "linear ticks are round and few",
    arguments: [
      (0...1_000_000, ["0", "0.2M", "0.4M", "0.6M", "0.8M", "1M"]),
      (0...50_000, ["0", "10k", "20k", "30k", "40k", "50k"]),
      (0...1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
      (-1...1, ["−1", "−0.5", "0", "0.5", "1"]),
      (3...17, ["5", "10", "15"]),
    ] as [(ClosedRange<Double>, [String])])
  func linearTicks(range: ClosedRange<Double>, labels: [String]) {
    let found = Scale(.linear, range, from: 0, to: 275).ticks.map(\.label)
    #expect(found == labels)
  }

  @Test("logarithmic ticks are decades, and the lowest says what was put on it")
  func logarithmicTicks() {
    let axis = Axis("cost", spacing: .logarithmic)
    let scale = Scale(fitting: axis, values: [0, 0.002, 30, .nan], from: 300, to: 0)
    let labels = scale.ticks.map(\.label)
    #expect(labels == ["≤ 0.001", "0.01", "0.1", "1", "10", "100"])
  }

  @Test(
    "a logarithmic axis of few decades ends on a one, two or five",
    arguments: [
      ([17, 126], 10, 200), ([25, 126], 20, 200), ([500, 1_000_160], 100, 1_000_000),
      ([6_400, 160_000], 5_000, 200_000), ([3, 3], 2, 5), ([2, 2], 2, 4),
    ] as [([Double], Double, Double)])
  func logarithmicEnds(values: [Double], low: Double, high: Double) {
    let axis = Axis("cost", spacing: .logarithmic)
    let range = Scale(fitting: axis, values: values, from: 300, to: 0).range
    #expect(abs(range.lowerBound / low - 1) < 1e-9)
    #expect(abs(range.upperBound / high - 1) < 1e-9)
  }

  @Test("a narrow logarithmic axis also marks twos and fives")
  func narrow() {
    let labels = Scale(.logarithmic, 1000...10_000, from: 0, to: 300).ticks.map(\.label)
    #expect(labels == ["1k", "2k", "5k", "10k"])
  }

  @Test("a cost that keeps falling does not stretch the axis without end")
  func bounded() {
    let axis = Axis("cost", spacing: .logarithmic)
    let scale = Scale(fitting: axis, values: [1e-40, 80], from: 300, to: 0)
    let decades = (scale.position(1) - scale.position(10)) * Scale.mostDecades
    #expect(abs(decades - 300) < 1e-9)
  }

  @Test("a fitted linear axis starts at zero and ends on a tick")
  func fitted() {
    let scale = Scale(fitting: Axis("cost"), values: [3, 87], from: 240, to: 0)
    #expect(scale.range == 0...100)
  }

  @Test(
    "steps are 1, 2 or 5 times a power of ten",
    arguments: [(0.9, 1), (1.1, 2), (2.1, 5), (7, 10), (0.012, 0.02), (1, 1)] as [(Double, Double)])
  func steps(least: Double, step: Double) {
    let found = roundStep(atLeast: least)
    #expect(abs(found - step) < 1e-12)
  }
}
