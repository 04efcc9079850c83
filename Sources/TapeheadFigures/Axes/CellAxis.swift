/// What the rows or the columns of a heat map are.
public struct CellAxis: Sendable, Equatable {
  /// The quantity, such as "time step" or "slot".
  public var label: String
  /// A name for each cell; empty where the cells are counted.
  public var names: [String]
  /// The number of the first cell where they are counted.
  public var first: Int

  public init(_ label: String, names: [String] = [], first: Int = 0) {
    (self.label, self.names, self.first) = (label, names, first)
  }

  /// Throws where there are names, but not one for each cell.
  func check(count: Int, in title: String) throws {
    guard names.isEmpty || names.count == count else {
      throw FigureError(
        "Axis “\(label)” of “\(title)” names \(names.count) cells of \(count): "
          + "name all of them, or none to count them.")
    }
  }

  /// A tick in the middle of every cell that is named, or at round numbers of the count.
  func ticks(count: Int, from start: Double, to end: Double) -> [Tick] {
    let size = (end - start) / Double(count)
    if !names.isEmpty {
      return names.enumerated().map { index, name in
        Tick(position: start + (Double(index) + 0.5) * size, label: name)
      }
    }
    let goal = tickGoal(abs(end - start) * 1.25)
    let step = max(1, Int(roundStep(atLeast: Double(count) / goal)))
    return (0..<count).filter { (first + $0) % step == 0 }.map { index in
      Tick(position: start + (Double(index) + 0.5) * size, label: "\(first + index)")
    }
  }
}
