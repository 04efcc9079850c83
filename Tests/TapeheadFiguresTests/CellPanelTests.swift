import TapeheadFigures
import Testing

@Suite("Cells of heat maps")
struct CellPanelTests {
  private func panel(_ grid: Grid, _ colours: ColourRange) -> Element {
    let frame = Frame(x: 10, y: 20, width: 100, height: 60)
    return CellPanel(grid: grid, colours: colours, frame: frame).element
  }

  @Test("equal neighbours are one stroke, and the commonest level is the ground")
  func runs() throws {
    let grid = try Grid([[0.0, 1, 1, 0, 1], [0, 0, 0, 0, 0.5], [0, 0, 0, 0, 1]])
    let parts = panel(grid, .sequential(0...1)).descendants
    let ground = try #require(parts.first { $0.name == "rect" })
    #expect(ground["class"] == "q0")
    #expect(ground["x"] == "10")
    #expect(ground["height"] == "60")
    let full = try #require(parts.first { $0["class"] == "q32" })
    // Two cells from (1, 0), one after a gap of one, one two rows below the last.
    #expect(full["d"] == "m1 0h2m1 0h1m-1 2h1")
    let half = try #require(parts.first { $0["class"] == "q16" })
    #expect(half["d"] == "m4 1h1")
    let transform = parts.compactMap { $0["transform"] }
    #expect(transform == ["translate(10 20) scale(20 20) translate(0 .5)"])
  }

  @Test("strokes paint every cell with its own level")
  func painted() throws {
    let grid = try Grid(
      rows: 7, columns: 11, values: (0..<77).map { $0 == 30 ? .nan : 2 * noise($0) - 1 })
    let colours = ColourRange.diverging(limit: 1)
    let parts = panel(grid, colours).descendants
    let ground = try #require(parts.first { $0.name == "rect" }?["class"])
    var painted = [String](repeating: ground, count: 77)
    for part in parts where part.name == "path" {
      let (style, commands) = (try #require(part["class"]), try #require(part["d"]))
      var (column, row) = (0, 0)
      for run in commands.split(separator: "m") {
        let numbers = run.split { $0 == " " || $0 == "h" }.compactMap { Int($0) }
        try #require(numbers.count == 3)
        column += numbers[0]
        row += numbers[1]
        for _ in 0..<numbers[2] {
          painted[row * 11 + column] = style
          column += 1
        }
      }
    }
    let expected = grid.values.map { value in
      colours.level(of: value).map(ColourMap.diverging.className) ?? "missing"
    }
    #expect(painted == expected)
  }

  @Test("a heat map of noise stays small: 8 bytes a cell and 12 KB")
  func bounded() throws {
    let map = try HeatMap(
      title: "noise", summary: "noise", grid: Samples.grid(128, 241, signed: true),
      rows: CellAxis("slot"), columns: CellAxis("step"), value: "weight", width: .page)
    let size = map.svg().utf8.count
    #expect(size < 128 * 241 * 8 + 12_000)
  }

  @Test("a sharp weighting of that size stays under 24 KB")
  func sharp() throws {
    let values = (0..<128 * 241).map { index in index / 241 == index % 241 / 2 ? 1.0 : 0 }
    let map = try HeatMap(
      title: "sharp", summary: "sharp", grid: Grid(rows: 128, columns: 241, values: values),
      rows: CellAxis("slot"), columns: CellAxis("step"), value: "weight", width: .page)
    let size = map.svg().utf8.count
    #expect(size < 24_000)
  }

  @Test("rows and columns of one kind have square cells")
  func square() throws {
    let map = try HeatMap(
      title: "links", summary: "links", grid: Samples.grid(10, 10, signed: true),
      rows: CellAxis("slot"), columns: CellAxis("slot"), value: "link", isSquare: true)
    let transform = try #require(
      map.svg().firstMatch(of: /translate\([^)]*\) scale\((?<x>[0-9.]+) (?<y>[0-9.]+)\)/))
    #expect(transform.x == transform.y)
  }

  @Test("a grid knows its shape")
  func grids() throws {
    let grid = try Grid([[1.0, 2, 3], [4, 5, 6]])
    #expect(grid.transposed.values == [1, 4, 2, 5, 3, 6])
    #expect(try grid.rows(1..<2).values == [4, 5, 6])
    #expect(throws: FigureError.self) { try grid.rows(1..<3) }
    #expect(throws: FigureError.self) { try Grid([[1.0], [1, 2]]) }
    #expect(throws: FigureError.self) { try Grid(rows: 2, columns: 2, values: [1.0]) }
  }
}
