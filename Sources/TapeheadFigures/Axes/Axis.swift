/// What one axis of a plot shows.
public struct Axis: Sendable, Equatable {
  /// Whether equal distances are equal differences or equal ratios.
  public enum Spacing: Sendable {
    case linear
    /// By decades, where what lies below the axis stands on its lower edge, and the tick says "≤".
    case logarithmic
  }

  /// The quantity, such as "cost".
  public var label: String
  /// Its unit, such as "bits per sequence"; nil for a plain number.
  public var unit: String?
  public var spacing: Spacing
  /// The values at its ends; nil fits them to the data.
  public var range: ClosedRange<Double>?

  public init(
    _ label: String, unit: String? = nil, spacing: Spacing = .linear,
    range: ClosedRange<Double>? = nil
  ) {
    (self.label, self.unit, self.spacing, self.range) = (label, unit, spacing, range)
  }

  /// The label as it is written on the axis.
  var text: String {
    unit.map { "\(label) (\($0))" } ?? label
  }

  /// Throws where the range cannot be drawn.
  func check(in title: String) throws {
    guard let range else { return }
    guard range.lowerBound.isFinite, range.upperBound.isFinite, range.lowerBound < range.upperBound
    else {
      throw FigureError(
        "Axis “\(label)” of “\(title)” has the range \(range): give two different finite ends.")
    }
    guard spacing == .linear || range.lowerBound > 0 else {
      throw FigureError(
        "Logarithmic axis “\(label)” of “\(title)” starts at \(range.lowerBound): "
          + "start it above 0.")
    }
  }
}
