/// One series of a plot.
public struct Curve: Sendable {
  /// One point, and the range of the seeds around it where there are several.
  public struct Point: Sendable, Equatable {
    public var x: Double
    /// The value; a line is broken where it is not finite.
    public var y: Double
    public var range: ClosedRange<Double>?

    public init(x: Double, y: Double, range: ClosedRange<Double>? = nil) {
      (self.x, self.y, self.range) = (x, y, range)
    }
  }

  /// How its points are drawn.
  public enum Mark: Sendable {
    case line
    case dashedLine
    /// A dashed line in the colour of the text: what the others are measured by.
    case reference
    /// A line that keeps its value until the next point.
    case steps
    /// Filled dots.
    case dots
    /// Hollow dots joined by a thin line: numbers taken from a paper.
    case rings
  }

  public var name: String
  /// By rising x.
  public var points: [Point]
  public var mark: Mark
  /// Which colour of the palette, or nil for the next.
  ///
  /// Give a paper's points that of our curve.
  public var colour: Int?

  public init(_ name: String, points: [Point], mark: Mark = .line, colour: Int? = nil) {
    (self.name, self.points, self.mark, self.colour) = (name, points, mark, colour)
  }

  /// A curve from two lists of one length.
  ///
  /// - Throws: `FigureError` where the lengths differ.
  public init(
    _ name: String, x: [Double], y: [Double], mark: Mark = .line, colour: Int? = nil
  ) throws {
    guard x.count == y.count else {
      throw FigureError(
        "Curve “\(name)” has \(x.count) places and \(y.count) values: give one value a place.")
    }
    self.init(name, points: zip(x, y).map { Point(x: $0, y: $1) }, mark: mark, colour: colour)
  }

  /// The median over seeds as a line, the least and the greatest value as a band around it.
  ///
  /// - Parameters:
  ///   - name: Written in the legend.
  ///   - x: The places, by rising value.
  ///   - seeds: Seeds × places. NaN where a seed has no value there, and it is left out of that
  ///     place; a cost that overflowed is infinite and counts as the greatest.
  ///   - colour: Which colour of the palette, or nil for the next.
  /// - Returns: A line; a place with one seed has no band.
  /// - Throws: `FigureError` where a seed has not one value for each place, or there is none.
  public static func median(
    _ name: String, x: [Double], seeds: [[Double]], colour: Int? = nil
  ) throws -> Curve {
    guard !seeds.isEmpty else {
      throw FigureError("Curve “\(name)” has no seed: give the values of at least one.")
    }
    if let odd = seeds.firstIndex(where: { $0.count != x.count }) {
      throw FigureError(
        "Seed \(odd) of curve “\(name)” has \(seeds[odd].count) values for \(x.count) places: "
          + "give one value a place, NaN where there is none.")
    }
    let points = x.indices.compactMap { index -> Point? in
      let values = seeds.map { $0[index] }.filter { !$0.isNaN }.sorted()
      guard let low = values.first, let high = values.last else { return nil }
      let middle = (values[(values.count - 1) / 2] + values[values.count / 2]) / 2
      return Point(x: x[index], y: middle, range: values.count > 1 ? low...high : nil)
    }
    return Curve(name, points: points, colour: colour)
  }
}
