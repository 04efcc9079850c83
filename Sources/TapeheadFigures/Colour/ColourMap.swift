import Foundation

/// From a level of a heat map to a colour, in equal steps of perceived lightness.
///
/// The level that means "nothing" has nearly the colour of the paper, so that a sparse weighting
/// is a few marks on an empty ground, light or dark.
package enum ColourMap: Sendable, Hashable, CaseIterable {
  /// From nothing to much: paper to a deep blue, on dark paper to a pale yellow.
  case sequential
  /// From negative, orange, over zero, paper, to positive, blue.
  case diverging

  /// Odd, so that zero has a level of its own in the middle of a diverging map.
  package static let levelCount = 33

  package func className(_ level: Int) -> String {
    self == .sequential ? "q\(level)" : "d\(level)"
  }

  /// The colours of all levels, from the lowest value to the highest.
  package func colours(_ appearance: Appearance) -> [Colour] {
    (0..<Self.levelCount).map { level in
      colour(at: Double(level) / Double(Self.levelCount - 1), appearance)
    }
  }

  private func colour(at place: Double, _ appearance: Appearance) -> Colour {
    switch (self, appearance) {
    case (.sequential, .light):
      PerceptualColour(
        lightness: 0.975 - 0.70 * place, chroma: 0.15 * sin(.pi * place),
        hue: 195 + 80 * place
      ).colour
    case (.sequential, .dark):
      PerceptualColour(
        lightness: 0.23 + 0.73 * place, chroma: 0.01 + 0.13 * sin(.pi * place),
        hue: 270 - 165 * place
      ).colour
    case (.diverging, .light):
      arm(place, from: 0.975, to: 0.40)
    case (.diverging, .dark):
      arm(place, from: 0.23, to: 0.88)
    }
  }

  /// One of the two arms of a diverging map, alike in lightness and chroma.
  private func arm(_ place: Double, from centre: Double, to end: Double) -> Colour {
    let distance = abs(2 * place - 1)
    return PerceptualColour(
      lightness: centre + (end - centre) * distance, chroma: 0.14 * pow(distance, 0.7),
      hue: place < 0.5 ? 50 : 250
    ).colour
  }
}

/// Which values the ends of a colour map stand for; values beyond an end take its colour.
public enum ColourRange: Sendable, Equatable {
  /// From nothing at the lower bound to much at the upper one.
  case sequential(ClosedRange<Double>)
  /// From −limit to limit, zero in the middle.
  case diverging(limit: Double)

  /// A range that shows all of the values: diverging where one is negative.
  ///
  /// Non-negative values start at 0; probabilities, those up to 1 but above ½, end at 1.
  public static func fitting(_ values: some Sequence<Double>) -> ColourRange {
    let finite = values.filter(\.isFinite)
    let highest = finite.max() ?? 1
    let lowest = finite.min() ?? 0
    if lowest < 0 { return .diverging(limit: max(-lowest, highest)) }
    if highest == 0 || (highest > 0.5 && highest <= 1) { return .sequential(0...1) }
    return .sequential(0...highest)
  }

  package var map: ColourMap {
    if case .sequential = self { .sequential } else { .diverging }
  }

  /// The values of the two ends.
  package var bounds: (low: Double, high: Double) {
    switch self {
    case .sequential(let range): (range.lowerBound, range.upperBound)
    case .diverging(let limit): (-limit, limit)
    }
  }

  /// The level of a value, or nil where it is not a number.
  package func level(of value: Double) -> Int? {
    guard !value.isNaN else { return nil }
    let (low, high) = bounds
    guard high > low else { return value > high ? ColourMap.levelCount - 1 : 0 }
    let place = min(max((value - low) / (high - low), 0), 1)
    return Int((place * Double(ColourMap.levelCount - 1)).rounded())
  }
}
