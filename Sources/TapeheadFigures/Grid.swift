/// A table of numbers, rows × columns, row by row.
///
/// A tap recorded over a sequence has one row a slot or channel and one column a time step.
public struct Grid: Sendable, Equatable {
  public let rows: Int
  public let columns: Int
  /// The value of row r and column c stands at r · columns + c.
  public let values: [Double]

  /// A grid from its values row by row.
  ///
  /// - Parameters:
  ///   - rows: At least one.
  ///   - columns: At least one.
  ///   - values: rows · columns numbers; NaN where there is none.
  /// - Throws: `FigureError` where the count does not fit.
  public init(rows: Int, columns: Int, values: some Sequence<some BinaryFloatingPoint>) throws {
    let values = values.map { Double($0) }
    guard rows > 0, columns > 0, values.count == rows * columns else {
      throw FigureError(
        "A grid of \(rows) × \(columns) needs \(rows * columns) values and at least one, found "
          + "\(values.count): give one value for each cell, row by row.")
    }
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  /// A grid from a list for each row, all of one length.
  ///
  /// - Throws: `FigureError` where the rows differ in length or there is none.
  public init(_ rows: [[some BinaryFloatingPoint]]) throws {
    let columns = rows.first?.count ?? 0
    if let uneven = rows.firstIndex(where: { $0.count != columns }) {
      throw FigureError(
        "Row \(uneven) of a grid has \(rows[uneven].count) values and row 0 has \(columns): "
          + "give all rows the same length.")
    }
    try self.init(rows: rows.count, columns: columns, values: rows.joined())
  }

  public subscript(row: Int, column: Int) -> Double {
    values[row * columns + column]
  }

  /// Rows and columns exchanged: what was recorded step by step becomes one column a step.
  public var transposed: Grid {
    Grid(
      rows: columns, columns: rows,
      unchecked: (0..<columns).flatMap { column in (0..<rows).map { self[$0, column] } })
  }

  /// Some neighbouring rows, such as the slots that are in use.
  ///
  /// - Throws: `FigureError` where the range is empty or leaves the grid.
  public func rows(_ range: Range<Int>) throws -> Grid {
    guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= rows else {
      throw FigureError(
        "Rows \(range) are not in a grid of \(rows) rows: choose a range within 0..<\(rows).")
    }
    return Grid(
      rows: range.count, columns: columns,
      unchecked: Array(values[range.lowerBound * columns..<range.upperBound * columns]))
  }

  /// Some rows in an order of their own, such as neighbouring slots on a circle.
  ///
  /// - Throws: `FigureError` where there is none, or one that is not in the grid.
  public func rows(_ indices: [Int]) throws -> Grid {
    guard !indices.isEmpty, indices.allSatisfy({ (0..<rows).contains($0) }) else {
      throw FigureError(
        "Rows \(indices) are not in a grid of \(rows) rows: choose some of 0..<\(rows).")
    }
    return Grid(
      rows: indices.count, columns: columns,
      unchecked: indices.flatMap { values[$0 * columns..<($0 + 1) * columns] })
  }

  private init(rows: Int, columns: Int, unchecked values: [Double]) {
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }
}
