import Foundation

/// A colour of the sRGB space, each channel in 0 … 1.
package struct Colour: Sendable, Equatable {
  package var red: Double
  package var green: Double
  package var blue: Double

  package init(red: Double, green: Double, blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// The colour 0xRRGGBB.
  package init(_ hex: UInt32) {
    self.init(
      red: Double(hex >> 16 & 255) / 255, green: Double(hex >> 8 & 255) / 255,
      blue: Double(hex & 255) / 255)
  }

  /// The colour as "#rrggbb".
  package var hex: String {
    let digits = [red, green, blue].map { channel in
      let text = String(Int((min(max(channel, 0), 1) * 255).rounded()), radix: 16)
      return text.count == 1 ? "0" + text : text
    }
    return "#" + digits.joined()
  }

  var isInGamut: Bool {
    [red, green, blue].allSatisfy { (-1e-4...1.0001).contains($0) }
  }

  /// Relative luminance Y of WCAG 2.2, in 0 … 1.
  var luminance: Double {
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The contrast ratio of WCAG 2.2 between two colours, 1 … 21.
  package func contrast(with other: Colour) -> Double {
    let (high, low) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)
  }
}

/// A colour in Björn Ottosson's OKLCh space, where equal steps look equal (2020).
///
/// Lightness is in 0 … 1, chroma about 0 … 0.3, hue in degrees.
package struct PerceptualColour: Sendable {
  package var lightness: Double
  package var chroma: Double
  package var hue: Double

  package init(lightness: Double, chroma: Double, hue: Double) {
    (self.lightness, self.chroma, self.hue) = (lightness, chroma, hue)
  }

  package init(_ colour: Colour) {
    let (r, g, b) = (linear(colour.red), linear(colour.green), linear(colour.blue))
    let long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    let medium = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    let short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    let a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    let bb = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    chroma = (a * a + bb * bb).squareRoot()
    hue = atan2(bb, a) * 180 / .pi
  }

  /// The sRGB colour of this lightness and hue, with as much of the chroma as a screen can show.
  package var colour: Colour {
    var reduced = self
    while !reduced.unclamped.isInGamut, reduced.chroma > 1e-3 { reduced.chroma *= 0.97 }
    return reduced.unclamped
  }

  private var unclamped: Colour {
    let (a, b) = (chroma * cos(hue * .pi / 180), chroma * sin(hue * .pi / 180))
    let long = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let medium = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let short = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    return Colour(
      red: companded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
      green: companded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
      blue: companded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short))
  }
}

private func cube(_ value: Double) -> Double { value * value * value }

/// The sRGB transfer function: a channel to linear light.
private func linear(_ channel: Double) -> Double {
  channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4)
}

/// Linear light to a channel of sRGB; negative light, out of gamut, stays negative.
private func companded(_ light: Double) -> Double {
  light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
}
