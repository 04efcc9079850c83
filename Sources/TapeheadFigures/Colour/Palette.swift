/// What the reader's system asks for.
package enum Appearance: Sendable, CaseIterable {
  case light
  case dark
}

/// The colours that are not data, and the colours of series.
package enum Palette {
  package static func paper(_ appearance: Appearance) -> Colour {
    appearance == .light ? Colour(0xFFFFFF) : Colour(0x14171C)
  }

  package static func ink(_ appearance: Appearance) -> Colour {
    appearance == .light ? Colour(0x1B1F24) : Colour(0xE8EAED)
  }

  /// Secondary text and axes.
  package static func soft(_ appearance: Appearance) -> Colour {
    appearance == .light ? Colour(0x57606A) : Colour(0xA3ABB5)
  }

  package static func grid(_ appearance: Appearance) -> Colour {
    appearance == .light ? Colour(0xE4E7EB) : Colour(0x2C323A)
  }

  /// A cell whose value is not a finite number.
  package static func missing(_ appearance: Appearance) -> Colour {
    readable(reddishPurple, appearance)
  }

  /// What went wrong: a wrong bit.
  package static func alarm(_ appearance: Appearance) -> Colour {
    readable(vermilion, appearance)
  }

  package static let seriesCount = 6

  /// Colours for series, told apart with every common colour blindness (Okabe and Ito 2008).
  ///
  /// Each is made darker or lighter until it stands out from the paper.
  package static func series(_ appearance: Appearance) -> [Colour] {
    [blue, vermilion, bluishGreen, reddishPurple, orange, skyBlue].map {
      readable($0, appearance)
    }
  }

  /// The least contrast of a graphic with its ground that WCAG 2.2 asks for (criterion 1.4.11).
  package static let leastContrast = 3.0

  private static let blue = Colour(0x0072B2)
  private static let vermilion = Colour(0xD55E00)
  private static let bluishGreen = Colour(0x009E73)
  private static let reddishPurple = Colour(0xCC79A7)
  private static let orange = Colour(0xE69F00)
  private static let skyBlue = Colour(0x56B4E9)

  private static func readable(_ colour: Colour, _ appearance: Appearance) -> Colour {
    var perceptual = PerceptualColour(colour)
    let goal = appearance == .light ? leastContrast : leastContrast + darkMargin
    while perceptual.colour.contrast(with: paper(appearance)) < goal {
      perceptual.lightness += appearance == .light ? -0.01 : 0.01
    }
    return perceptual.colour
  }

  /// Thin lines look fainter on a dark ground than their contrast ratio says.
  private static let darkMargin = 2.0
}
