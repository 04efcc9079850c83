import Foundation

/// A mark on an axis and what is written beside it; an empty label for a mark alone.
package struct Tick: Sendable, Equatable {
  package var position: Double
  package var label: String

  package init(position: Double, label: String) {
    (self.position, self.label) = (position, label)
  }
}

/// About how many ticks an axis of so many pixels has room for.
func tickGoal(_ length: Double) -> Double {
  min(max((length / 45).rounded(), 2), 10)
}

/// The smallest of 1, 2, 5 times a power of ten that is at least the given step.
package func roundStep(atLeast step: Double) -> Double {
  let power = pow(10, floor(log10(step) + 1e-9))
  let factor = [1.0, 2, 5, 10].first { $0 * power >= step * (1 - 1e-9) } ?? 10
  return factor * power
}

extension Scale {
  /// The ticks of the scale: round numbers, few enough to be read.
  package var ticks: [Tick] {
    spacing == .linear ? linearTicks : logarithmicTicks
  }

  private var linearTicks: [Tick] {
    let length = abs(end - start)
    let step = roundStep(atLeast: (range.upperBound - range.lowerBound) / tickGoal(length))
    let first = Int((range.lowerBound / step - 1e-9).rounded(.up))
    let last = Int((range.upperBound / step + 1e-9).rounded(.down))
    guard first <= last else { return [] }
    let suffix = Suffix(largest: max(abs(range.lowerBound), abs(range.upperBound)))
    return (first...last).map { index in
      let value = Double(index) * step
      return Tick(position: position(value), label: suffix.text(value, step: step))
    }
  }

  /// Decades; with fewer than two of them also the doubles and fives between.
  private var logarithmicTicks: [Tick] {
    let low = Int(ceil(log10(range.lowerBound) - 1e-9))
    let high = Int(floor(log10(range.upperBound) + 1e-9))
    let decades = high - low
    let stride = max(1, Int((Double(decades) / tickGoal(abs(end - start))).rounded(.up)))
    let factors: [Double] = decades < 2 ? [1, 2, 5] : [1]
    let ticks = (low - 1...high).flatMap { exponent in
      factors.compactMap { factor -> Tick? in
        let value = factor * pow(10, Double(exponent))
        guard value >= range.lowerBound * (1 - 1e-9), value <= range.upperBound * (1 + 1e-9),
          (exponent - low) % stride == 0
        else { return nil }
        return Tick(
          position: position(value), label: powerLabel(factor: factor, exponent: exponent))
      }
    }
    guard hasClamped, let lowest = ticks.first else { return ticks }
    return [Tick(position: lowest.position, label: "≤ \(lowest.label)")] + ticks.dropFirst()
  }
}

/// Thousands and millions written short: 200k instead of 200000.
private struct Suffix {
  let unit: Double
  let letter: String

  init(largest: Double) {
    (unit, letter) =
      switch largest {
      case 1e6...: (1e6, "M")
      case 1e4...: (1e3, "k")
      default: (1, "")
      }
  }

  func text(_ value: Double, step: Double) -> String {
    guard value != 0 else { return "0" }
    let decimals = max(0, Int(-floor(log10(step / unit) + 1e-9)))
    let text = decimal(abs(value / unit), decimals: min(decimals, 12))
    return (value < 0 ? "−" : "") + text + letter
  }
}

/// The text 0.001 … 100, then 1k … 100k, 1M … 100M, and powers of ten beyond.
private func powerLabel(factor: Double, exponent: Int) -> String {
  switch exponent {
  case -3..<3: decimal(factor * pow(10, Double(exponent)), decimals: 3)
  case 3..<6: decimal(factor * pow(10, Double(exponent - 3))) + "k"
  case 6..<9: decimal(factor * pow(10, Double(exponent - 6))) + "M"
  default: (factor == 1 ? "" : decimal(factor) + "·") + "10" + superscript(exponent)
  }
}

private func superscript(_ number: Int) -> String {
  let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
  return String(String(number).map { $0.wholeNumberValue.map { digits[$0] } ?? "⁻" })
}
