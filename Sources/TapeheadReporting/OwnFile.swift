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
    try write(figure.svg(id: "\(mark)-\(name)"), to: path) { $0.contains(" id=\"\(mark)-") }
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
    try write(table.text, to: path) { beginning in
      beginning.prefix { !$0.isNewline }.split(separator: ",").last.map(String.init)
        == table.columns.last
    }
  }

  private static func write(
    _ text: String, to path: String, replacing isOurs: (Substring) -> Bool
  ) throws {
    switch try FileSystem.kind(of: path) {
    case .nothing: try FileSystem.makeFolders(FileSystem.folder(of: path))
    case .folder: throw FileError(path, "is a folder", remedy: "choose another place with --out")
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
    try AtomicFile.write(Array(text.utf8), to: path)
  }
}
