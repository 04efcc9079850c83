/// How one head found its weighting in one step: every stage of addressing over the slots.
///
/// The stages of the NTM are content, interpolated, shifted and sharpened (equations 5 to 9).
public struct AddressingStages: Figure {
  /// A weighting on its way: its name, and one number for each slot.
  public struct Stage: Sendable {
    public var name: String
    /// What made it, such as "β = 5.2"; may be empty.
    public var detail: String
    /// One weight a slot.
    public var weighting: [Double]

    public init(_ name: String, detail: String = "", weighting: [Double]) {
      (self.name, self.detail, self.weighting) = (name, detail, weighting)
    }
  }

  public let title: String
  public let summary: String
  public let width: FigureWidth
  let stages: [Stage]

  /// - Parameters:
  ///   - title: A few words, naming head and step.
  ///   - summary: A sentence for those who cannot see it.
  ///   - stages: In the order of addressing; weights of all slots in each.
  ///   - width: A column or a page.
  /// - Throws: `FigureError` where stages differ in their number of slots or there is none.
  public init(
    title: String, summary: String, stages: [Stage], width: FigureWidth = .column
  ) throws {
    guard let slots = stages.first?.weighting.count, slots > 0 else {
      throw FigureError("“\(title)” has no stage with a slot: give at least one.")
    }
    if let other = stages.first(where: { $0.weighting.count != slots }) {
      throw FigureError(
        "Stage “\(other.name)” of “\(title)” has \(other.weighting.count) slots and "
          + "“\(stages[0].name)” has \(slots): give all stages the same slots.")
    }
    (self.title, self.summary, self.width, self.stages) = (title, summary, width, stages)
  }

  private static let panelHeight = 56.0
  private static let panelGap = 26.0

  public func drawing(id: String) -> Drawing {
    let header = Header(title, width: width.rawValue)
    let highest = stages.flatMap(\.weighting).filter(\.isFinite).max() ?? 1
    let limit = highest > 0.5 ? 1 : roundStep(atLeast: max(highest, 1e-6))
    let axis = Axis("weight", range: 0...limit)
    let ticks = { (frame: Frame) in
      [0, 0.5, 1].map { place in
        Tick(
          position: frame.bottom - place * frame.height,
          label: significant(place * limit, digits: 2))
      }
    }
    let left = 8 + leftAxisWidth(ticks(Frame(x: 0, y: 0, width: 0, height: 1)))
    let frames = stages.indices.map { index in
      Frame(
        x: left, y: header.height + 16 + Double(index) * (Self.panelHeight + Self.panelGap),
        width: width.rawValue - left - 20, height: Self.panelHeight)
    }
    let panels = zip(stages, frames).enumerated().flatMap { index, panel in
      self.panel(panel.0, panel.1, style: "s0", ticks: ticks(panel.1), axis: axis)
    }
    let last = frames[frames.count - 1]
    let slots = CellAxis("slot").ticks(
      count: stages[0].weighting.count, from: last.x, to: last.right)
    let middle = (frames[0].y + last.bottom) / 2
    return Drawing(
      width: width.rawValue, height: last.bottom + bottomAxisHeight + 6,
      elements: header.elements + panels + bottomAxis(last, ticks: slots, label: "slot")
        + [.upwardLabel("weight", "axis-label", x: 8 + Theme.textSize, y: middle)])
  }

  private func panel(
    _ stage: Stage, _ frame: Frame, style: String, ticks: [Tick], axis: Axis
  ) -> [Element] {
    let scale = Scale(fitting: axis, values: [], from: frame.bottom, to: frame.y)
    let size = frame.width / Double(stage.weighting.count)
    // Narrow bars touch, wide ones stand apart.
    let gap = size >= 6 ? size * 0.2 : 0
    let bars = stage.weighting.enumerated().map { slot, weight in
      let top = scale.position(weight.isFinite ? weight : 0)
      let x = frame.x + Double(slot) * size + gap / 2
      return "M\(decimal(x)) \(decimal(frame.bottom))V\(decimal(top))h\(decimal(size - gap))"
        + "V\(decimal(frame.bottom))Z"
    }
    // Name and detail are one text, so that the detail follows however wide the name is set.
    let name = Element(
      "text", ["x": decimal(frame.x), "y": decimal(frame.y - 6)],
      [Element("tspan", ["class": "heading"], text: stage.name)]
        + (stage.detail.isEmpty
          ? [] : [Element("tspan", ["class": "note", "dx": "8"], text: stage.detail)]))
    let heading = [
      name, .label(peak(stage), "note", x: frame.right, y: frame.y - 6, anchor: .end),
    ]
    return [gridLines(frame, vertical: [], horizontal: ticks)] + heading
      + [.path("area \(style)", bars.joined())]
      + leftAxis(frame, ticks: ticks, label: "")
      + [.path("axis", "M\(decimal(frame.x)) \(decimal(frame.bottom))H\(decimal(frame.right))")]
  }

  private func peak(_ stage: Stage) -> String {
    let finite = stage.weighting.enumerated().filter(\.element.isFinite)
    guard let best = finite.max(by: { $0.element < $1.element }) else { return "not finite" }
    return "peak \(significant(best.element)) at slot \(best.offset)"
  }
}
