public import TapeheadFigures
import TapeheadTraining

/// Files that this program draws: they replace older ones of their own kind, and nothing else.
public enum OwnFile {
  /// The prefix of the ids in our drawings, and the beginning of our pages' titles.
  static let mark = "tapehead"

  /// Writes a figure as an SVG file.
  ///
  /// - Throws: `FileError` where something else has the file's name, or it cannot be written.
  public static func write(_ figure: any Figure, named name: String, to path: String) throws {
    try write(figure.svg(id: "\(mark)-\(name)"), to: path, replacing: isFigure)
  }

  /// Removes a figure that would no longer fit what stands beside it, if there is one.
  ///
  /// - Throws: `FileError` where something else has the file's name.
  public static func removeFigure(at path: String) throws {
    try check(path, isOurs: isFigure)
    try FileSystem.remove(path)
  }

  /// Writes a page as an HTML file.
  ///
  /// - Throws: `FileError` where something else has the file's name, or it cannot be written.
  public static func write(_ report: Report, to path: String) throws {
    try write(report.html, to: path) { $0.contains("<title>Tapehead") }
  }

  /// Writes a table of numbers, told from other files by the last of its columns.
  ///
  /// - Throws: `FileError` where something else has the file's name, or it cannot be written.
  public static func write(_ table: CommaTable, to path: String) throws {
    try write(table.text, to: path) { isTable($0, table.columns.last) }
  }

  /// Checks that a figure can be written to a place later.
  ///
  /// - Throws: `FileError` where something else has the file's name.
  static func checkPlace(ofFigure path: String) throws { try check(path, isOurs: isFigure) }

  /// Checks that a table whose last column is known can be written to a place later.
  ///
  /// - Throws: `FileError` where something else has the file's name.
  static func checkPlace(ofTable path: String, lastColumn: String) throws {
    try check(path) { isTable($0, lastColumn) }
  }

  private static func isFigure(_ beginning: Substring) -> Bool {
    beginning.contains(" id=\"\(mark)-")
  }

  private static func isTable(_ beginning: Substring, _ lastColumn: String?) -> Bool {
    beginning.prefix { !$0.isNewline }.split(separator: ",").last.map(String.init) == lastColumn
  }

  private static func write(
    _ text: String, to path: String, replacing isOurs: (Substring) -> Bool
  ) throws {
    try check(path, isOurs: isOurs)
    try FileSystem.makeFolders(FileSystem.folder(of: path))
    try AtomicFile.write(Array(text.utf8), to: path)
  }

  private static func check(_ path: String, isOurs: (Substring) -> Bool) throws {
    switch try FileSystem.kind(of: path) {
    case .nothing: break
    case .folder: throw FileError(path, "is a folder", remedy: "choose another place with --out")
    case .stream:
      throw FileError(path, "is a pipe or a device", remedy: "name a file with --out")
    case .file:
      let content = try FileSystem.content(of: path)
      // At least the first line, which for a table is its heading.
      let line = content.firstIndex(of: UInt8(ascii: "\n")) ?? content.count
      let beginning = String(decoding: content.prefix(max(1_000, line + 1)), as: UTF8.self)
      guard isOurs(beginning[...]) else {
        throw FileError(
          path, "exists and was not drawn by tapehead",
          remedy: "move it away, or choose another place with --out")
      }
    }
  }
}
