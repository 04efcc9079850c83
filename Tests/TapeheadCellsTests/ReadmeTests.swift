import Foundation
import Testing

/// The README shows code that is compiled and run here.
@Suite struct ReadmeTests {
  private func text(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test func ownCellIsTheOneOfTheTests() throws {
    let source = try text("Tests/TapeheadCellsTests/OwnCellTests.swift")
    let example = source.components(separatedBy: "// example begins\n").last?
      .components(separatedBy: "// example ends\n").first
    let readme = try text("README.md")
    let shown = try #require(example)
    #expect(readme.contains(shown), "README.md shows another example than the tests compile")
  }
}
