import Foundation

/// From the values of an axis to places in the drawing.
package struct Scale: Sendable {
  package let spacing: Axis.Spacing
  package let range: ClosedRange<Double>
  /// Where the lower end of the range stands, and the upper one, in pixels.
  package let start: Double
  package let end: Double
  /// Whether some value is below a logarithmic axis and was put on its edge.
  package let hasClamped: Bool

  package init(
    _ spacing: Axis.Spacing, _ range: ClosedRange<Double>, from start: Double, to end: Double,
    hasClamped: Bool = false
  ) {
    (self.spacing, self.range, self.start, self.end) = (spacing, range, start, end)
    self.hasClamped = hasClamped
  }

  /// A scale for an axis and all values that are to be shown on it.
  ///
  /// - Parameters:
  ///   - axis: Its range is kept where it has one.
  ///   - values: Those that are not finite are left out.
  ///   - start: Pixels.
  ///   - end: Pixels.
  package init(
    fitting axis: Axis, values: [Double], from start: Double, to end: Double
  ) {
    let finite = values.filter(\.isFinite)
    let range = axis.range ?? Self.range(axis.spacing, finite, length: abs(end - start))
    let clamped = axis.spacing == .logarithmic && finite.contains { $0 < range.lowerBound }
    self.init(axis.spacing, range, from: start, to: end, hasClamped: clamped)
  }

  /// The place of a value in pixels.
  package func position(_ value: Double) -> Double {
    let place =
      switch spacing {
      case .linear:
        (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      case .logarithmic:
        log10(max(value, range.lowerBound) / range.lowerBound)
          / log10(range.upperBound / range.lowerBound)
      }
    return start + place * (end - start)
  }

  /// How far a fitted logarithmic axis reaches down from the greatest value.
  ///
  /// A cost that goes on falling after the task is solved would press all else against the top.
  package static let mostDecades = 6.0

  private static func range(
    _ spacing: Axis.Spacing, _ values: [Double], length: Double
  ) -> ClosedRange<Double> {
    switch spacing {
    case .linear:
      let low = min(values.min() ?? 0, 0)
      let high = max(values.max() ?? 1, 0)
      guard high > low else { return low...(low + 1) }
      let step = roundStep(atLeast: (high - low) / tickGoal(length))
      return (low / step).rounded(.down) * step...(high / step - 1e-9).rounded(.up) * step
    case .logarithmic:
      let positive = values.filter { $0 > 0 }
      let (least, greatest) = (positive.min() ?? 1, positive.max() ?? 1)
      guard log10(greatest / least) <= 2 else {
        let high = ceil(log10(greatest) - endTolerance)
        let low = max(floor(log10(least) + endTolerance), high - mostDecades)
        return pow(10, low)...pow(10, high)
      }
      // Of few decades, whole ones would leave much of the axis empty: it ends on a 1, 2 or 5.
      let start = 1 / roundStep(atLeast: 1 / (least * (1 + endTolerance)))
      return start...max(roundStep(atLeast: greatest * (1 - endTolerance)), 2 * start)
    }
  }

  /// What lies so little beyond a round number, relatively, needs no longer axis.
  private static let endTolerance = 0.001
}
