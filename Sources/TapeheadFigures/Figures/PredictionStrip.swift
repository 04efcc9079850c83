/// Predictions of the next bit beside the best that can be predicted (NTM, figure 14).
///
/// Above, the bits, the optimum and each model as strips of one row; below, the same predictions
/// as lines.
public struct PredictionStrip: Figure {
  /// What one model predicted.
  public struct Prediction: Sendable {
    public var name: String
    /// For each position the probability of a one.
    public var probabilities: [Double]

    public init(_ name: String, probabilities: [Double]) {
      (self.name, self.probabilities) = (name, probabilities)
    }
  }

  public let title: String
  public let summary: String
  public let width = FigureWidth.page
  let strips: [Strip]
  let curves: [Curve]
  let positions: CellAxis

  /// - Parameters:
  ///   - title: A few words.
  ///   - summary: A sentence for those who cannot see it.
  ///   - bits: The sequence, 0 or 1 at each position.
  ///   - optimum: The optimal probability of a one at each position.
  ///   - models: One probability for each position.
  ///   - first: The number of the first position.
  /// - Throws: `FigureError` where the lists differ in length.
  public init(
    title: String, summary: String, bits: [Double], optimum: [Double], models: [Prediction],
    first: Int = 0
  ) throws {
    let all = [Prediction("optimum", probabilities: optimum)] + models
    for model in all where model.probabilities.count != bits.count {
      throw FigureError(
        "Prediction “\(model.name)” of “\(title)” has \(model.probabilities.count) "
          + "probabilities for \(bits.count) bits: give one a bit.")
    }
    (self.title, self.summary) = (title, summary)
    let probability = ColourRange.sequential(0...1)
    strips = try ([Prediction("bits", probabilities: bits)] + all).map { row in
      let grid = try Grid([row.probabilities])
      return Strip(row.name, rows: "", grid: grid, colours: probability)
    }
    curves = all.enumerated().map { index, model in
      // A position is a cell, and its value stands in the cell's middle.
      let points = model.probabilities.enumerated().map { position, value in
        Curve.Point(x: Double(position) + 0.5, y: value)
      }
      return Curve(model.name, points: points, colour: index)
    }
    positions = CellAxis("position", first: first)
  }

  public func drawing(id: String) -> Drawing {
    let header = Header(title, width: width.rawValue)
    let stack = StripStack(
      strips: strips, phases: [], height: 24, top: header.height, width: width.rawValue)
    let legend = Legend(
      zip(curves, styles).map { curve, style in
        Legend.Entry(name: curve.name) { x, y in curve.sample(style, x: x, y: y) }
      }, from: stack.frame.x, to: width.rawValue - 12, top: stack.frame.bottom + 19)
    let frame = Frame(
      x: stack.frame.x, y: stack.frame.bottom + 26 + legend.height, width: stack.frame.width,
      height: 150)
    let steps = strips[0].grid.columns
    let area = PlotArea(
      frame: frame,
      x: Scale(.linear, 0...Double(steps), from: frame.x, to: frame.right),
      y: Scale(.linear, 0...1, from: frame.bottom, to: frame.y),
      axes: (Axis(positions.label), Axis("probability of a one")))
    let yTicks = area.y.ticks
    let xTicks = positions.ticks(count: steps, from: frame.x, to: frame.right)
    let shapes = zip(curves, styles).flatMap { curve, style in area.shapes(curve, style: style) }
    let elements =
      header.elements + stack.elements + legend.elements
      + [gridLines(frame, vertical: xTicks, horizontal: yTicks)]
      + bottomAxis(frame, ticks: xTicks, label: positions.label)
      + leftAxis(frame, ticks: yTicks, label: "probability of a one")
      + area.clipped(shapes, id: "\(id)-plot")
    return Drawing(
      width: width.rawValue, height: area.bottom, elements: elements, colourMaps: [.sequential])
  }

  /// The optimum is drawn in ink, as what models are measured by.
  private var styles: [String] {
    curves.indices.map { $0 == 0 ? "reference" : "s\(($0 - 1) % Palette.seriesCount)" }
  }
}
