// The lines, ticks and labels around a frame. Distances in pixels.
private let tickLength = 4.0
private let tickGap = 3.0
private let labelGap = 8.0

/// The room below a frame for its ticks and the label of its axis.
let bottomAxisHeight = tickLength + tickGap + Theme.tickSize + labelGap + Theme.textSize + 4

/// The room left of a frame for its ticks and the label of its axis.
func leftAxisWidth(_ ticks: [Tick]) -> Double {
  let widest = ticks.map { estimatedWidth($0.label, size: Theme.tickSize) }.max() ?? 0
  return tickLength + tickGap + widest + labelGap + Theme.textSize + 4
}

/// The axis below a frame; ticks whose labels would touch the one before lose their label.
func bottomAxis(_ frame: Frame, ticks: [Tick], label: String) -> [Element] {
  var marks = ""
  var texts: [Element] = []
  var occupied = -Double.infinity
  let y = frame.bottom
  for tick in ticks {
    marks += "M\(decimal(tick.position)) \(decimal(y))v\(decimal(tickLength))"
    let half = estimatedWidth(tick.label, size: Theme.tickSize) / 2
    guard tick.position - half > occupied else { continue }
    occupied = tick.position + half + 6
    texts.append(
      .label(
        tick.label, "tick", x: tick.position,
        y: y + tickLength + tickGap + Theme.tickSize * 0.8, anchor: .middle))
  }
  let edge = "M\(decimal(frame.x)) \(decimal(y))H\(decimal(frame.right))"
  let line = Element.path("axis", edge + marks)
  let title = Element.label(
    label, "axis-label", x: frame.centre, y: y + bottomAxisHeight - 4, anchor: .middle)
  return [line] + texts + (label.isEmpty ? [] : [title])
}

/// The axis left of a frame.
///
/// - Parameters:
///   - frame: What the axis belongs to.
///   - ticks: From top to bottom or the other way round; labels that would touch are left out.
///   - label: Written upwards; empty for none.
/// - Returns: The line with its marks, then the texts.
func leftAxis(_ frame: Frame, ticks: [Tick], label: String) -> [Element] {
  var marks = ""
  var texts: [Element] = []
  var previous = Double.infinity
  for tick in ticks.sorted(by: { $0.position > $1.position }) {
    marks += "M\(decimal(frame.x)) \(decimal(tick.position))h\(decimal(-tickLength))"
    guard previous - tick.position >= Theme.tickSize else { continue }
    previous = tick.position
    texts.append(
      .label(
        tick.label, "tick", x: frame.x - tickLength - tickGap,
        y: tick.position + Theme.tickSize * 0.35, anchor: .end))
  }
  let edge = "M\(decimal(frame.x)) \(decimal(frame.y))V\(decimal(frame.bottom))"
  let line = Element.path("axis", edge + marks)
  let title = Element.upwardLabel(
    label, "axis-label", x: frame.x - leftAxisWidth(ticks) + Theme.textSize, y: frame.middle)
  return [line] + texts + (label.isEmpty ? [] : [title])
}

/// Lines through a frame at the ticks of its two scales.
func gridLines(_ frame: Frame, vertical: [Tick], horizontal: [Tick]) -> Element {
  let columns = vertical.map {
    "M\(decimal($0.position)) \(decimal(frame.y))V\(decimal(frame.bottom))"
  }
  let rows = horizontal.map {
    "M\(decimal(frame.x)) \(decimal($0.position))H\(decimal(frame.right))"
  }
  return .path("grid", (columns + rows).joined())
}
