/// Files that are replaced completely or not at all.
public enum AtomicFile {
  /// Makes `bytes` the content of the file at `path`.
  ///
  /// They go into a temporary file in the same folder, to the disk, and only then under the name
  /// `path`; last, the folder's list of names goes to the disk. So a reader, or a computer that
  /// lost its power, has the old content or the new one. Whatever fails, the old file is untouched
  /// and the temporary one removed. A killed process leaves its temporary file, and the next
  /// write to `path` reuses it; one process at a time may write to `path`.
  ///
  /// - Throws: `FileError`, naming `path` and not the temporary file.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let temporary = temporary(for: path)
    do {
      try writeThrough(bytes, to: temporary)
      try FileSystem.rename(temporary, to: path)
    } catch let error as FileError {
      try? FileSystem.remove(temporary)
      throw FileError(path, error.problem, remedy: error.remedy)
    }
    try OpenFile(FileSystem.folder(of: path), for: .reading).synchronise()
  }

  /// What the file at `path` is called while it is being written.
  static func temporary(for path: String) -> String {
    "\(FileSystem.folder(of: path))/.\(FileSystem.name(of: path)).partial"
  }

  private static func writeThrough(_ bytes: [UInt8], to path: String) throws {
    let file = try OpenFile(path, for: .replacing)
    try file.write(bytes)
    try file.synchronise()
  }
}
