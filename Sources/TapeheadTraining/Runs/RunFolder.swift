/// A folder with all that one training run leaves behind.
///
///     config.json              every setting, resolved
///     metrics.jsonl            one record a line
///     events.out.tfevents.*    the same for TensorBoard
///     checkpoint.safetensors   what `resume` needs
///     .lock                    held while a process trains
public struct RunFolder: Equatable, Sendable {
  public let path: String

  public var configuration: String { "\(path)/config.json" }
  public var metrics: String { "\(path)/metrics.jsonl" }
  public var checkpoint: String { "\(path)/checkpoint.safetensors" }
  private var lock: String { "\(path)/\(RunFolder.lockName)" }

  private static let lockName = ".lock"

  /// Opens the run in the folder at `path`.
  ///
  /// - Throws: `FileError` where no run lies there.
  public init(opening path: String) throws {
    self.path = path
    let remedy = "give the folder that `tapehead train` named when it ended"
    switch try FileSystem.kind(of: path) {
    case .nothing: throw FileError(path, "does not exist", remedy: remedy)
    case .file, .stream:
      throw FileError(path, "is a file and no run folder", remedy: remedy)
    case .folder: break
    }
    guard try FileSystem.kind(of: configuration) == .file else {
      throw FileError(path, "is no run folder, as it holds no config.json", remedy: remedy)
    }
  }

  /// Makes the folder of a new run at `path`; an empty folder there is used as it is.
  ///
  /// - Throws: `FileError` where something stands in the way, or the folder cannot be made.
  public init(creating path: String) throws {
    self.path = path
    try FileSystem.makeFolders(FileSystem.folder(of: path))
    if try FileSystem.makeFolder(path) { return }
    guard try FileSystem.kind(of: path) == .folder else {
      throw FileError(path, "is a file", remedy: "choose another folder")
    }
    // A run that ended before its first file was written leaves its lock behind, and a part of that file.
    let leftovers = [
      RunFolder.lockName, FileSystem.name(of: AtomicFile.temporary(for: configuration)),
    ]
    guard try FileSystem.names(in: path).allSatisfy(leftovers.contains) else {
      let isRun = try FileSystem.kind(of: configuration) == .file
      throw isRun
        ? FileError(
          path, "holds a run already",
          remedy: "continue it with `tapehead resume \(path)`, or choose another folder")
        : FileError(path, "is not empty", remedy: "choose another folder")
    }
  }

  /// Makes the folder of a new run in `parent`: `name`, or `name-2`, `name-3`, … where taken.
  public init(creating name: String, in parent: String) throws {
    try FileSystem.makeFolders(parent)
    var candidate = name
    var number = 1
    while try !FileSystem.makeFolder("\(parent)/\(candidate)") {
      number += 1
      candidate = "\(name)-\(number)"
    }
    path = "\(parent)/\(candidate)"
  }

  /// Runs `body` while no other process can do the same with this run.
  ///
  /// The lock is advisory (flock), so reading a run needs none; it ends with the process, however
  /// that dies.
  ///
  /// - Throws: `FileError` where another process trains in this run; what `body` throws.
  public func withLock<Result>(_ body: () throws -> Result) throws -> Result {
    let file = try OpenFile(lock, for: .appending)
    guard try file.lock() else {
      throw FileError(
        path, "is in use by another process that trains in it",
        remedy: "wait for that to end, or choose another folder")
    }
    let result = try body()
    _ = consume file
    return result
  }
}
