import TapeheadFigures
import Testing

@Suite("Colours can be told apart")
struct ColourTests {
  @Test("series stand out from the paper, and text more so", arguments: Appearance.allCases)
  func contrast(appearance: Appearance) {
    let paper = Palette.paper(appearance)
    let series = Palette.series(appearance).map { $0.contrast(with: paper) }
    #expect(series.count == Palette.seriesCount)
    for ratio in series { #expect(ratio >= Palette.leastContrast) }
    // 4.5 is what WCAG 2.2 asks for small text.
    let soft = Palette.soft(appearance).contrast(with: paper)
    #expect(soft >= 4.5)
  }

  @Test("the contrast of black and white is 21")
  func extremes() {
    let ratio = Colour(0x000000).contrast(with: Colour(0xFFFFFF))
    #expect(abs(ratio - 21) < 1e-9)
  }

  @Test("a colour comes back from the perceptual space", arguments: [0x0072B2, 0xE69F00, 0x808080])
  func roundTrip(hex: UInt32) {
    let there = PerceptualColour(Colour(hex))
    let back = there.colour.hex
    #expect(back == Colour(hex).hex)
  }

  @Test("sequential levels are even steps of lightness", arguments: Appearance.allCases)
  func uniform(appearance: Appearance) {
    let lightness = ColourMap.sequential.colours(appearance).map { PerceptualColour($0).lightness }
    let steps = zip(lightness.dropFirst(), lightness).map { $0 - $1 }
    let mean = steps.reduce(0, +) / Double(steps.count)
    // Half a step is what rounding to 8 bits and the edge of the gamut may take.
    for step in steps { #expect(abs(step - mean) < abs(mean) / 2) }
  }

  @Test("a diverging map is as light on one side as on the other", arguments: Appearance.allCases)
  func symmetric(appearance: Appearance) {
    let lightness = ColourMap.diverging.colours(appearance).map { PerceptualColour($0).lightness }
    for (left, right) in zip(lightness, lightness.reversed()) {
      #expect(abs(left - right) < 0.02)
    }
  }

  @Test("levels of values: the ends, the middle, beyond, and none")
  func levels() {
    let range = ColourRange.diverging(limit: 2)
    let levels = [-2, 0, 2, 9, -.infinity, .nan].map(range.level)
    #expect(levels == [0, 16, 32, 32, 0, nil])
  }

  @Test("ranges fit the values")
  func fitting() {
    #expect(ColourRange.fitting([0, 0.7]) == .sequential(0...1))
    #expect(ColourRange.fitting([0, 0.2]) == .sequential(0...0.2))
    #expect(ColourRange.fitting([-3, 1, .nan]) == .diverging(limit: 3))
    #expect(ColourRange.fitting([0, 40]) == .sequential(0...40))
  }
}
