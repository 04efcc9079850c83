#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The few questions about folders that runs ask, over the POSIX calls.
package enum FileSystem {
  /// What stands at a path; a symbolic link is followed.
  package enum Kind {
    case nothing, folder, file
    /// A pipe or a device: nothing that is there to be read again.
    case stream
  }

  package static func kind(of path: String) throws -> Kind {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return .nothing }
      throw FileError(path, .read, errno)
    }
    return switch status.st_mode & S_IFMT {
    case S_IFDIR: .folder
    case S_IFREG: .file
    default: .stream
    }
  }

  /// The whole content of a file.
  package static func content(of path: String) throws -> [UInt8] {
    try OpenFile(path, for: .reading).readAll()
  }

  /// The names in a folder, sorted by their bytes, without `.` and `..`.
  package static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else { throw FileError(folder, .read, errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
        return pointer.withMemoryRebound(to: CChar.self, capacity: capacity) {
          String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Makes a folder whose parent exists; false where something stands at `path` already.
  package static func makeFolder(_ path: String) throws -> Bool {
    if mkdir(path, 0o777) == 0 { return true }
    guard errno == EEXIST else { throw FileError(path, .create, errno) }
    return false
  }

  /// Makes the folder at `path` and those above it that are missing.
  package static func makeFolders(_ path: String) throws {
    if try kind(of: path) == .folder { return }
    let parent = folder(of: path)
    if parent != path { try makeFolders(parent) }
    let isNew = try makeFolder(path)
    if !isNew, try kind(of: path) != .folder {
      throw FileError(path, .create, ENOTDIR)
    }
  }

  /// Gives the file at `source` the name `target` in one step, in place of what had it.
  package static func rename(_ source: String, to target: String) throws {
    guard posixRename(source, target) == 0 else { throw FileError(target, .write, errno) }
  }

  /// Removes a file; one that is not there is no error.
  package static func remove(_ path: String) throws {
    guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
      throw FileError(path, .remove, errno)
    }
  }

  /// The folder that holds `path`: `a/b` of `a/b/c` and of `a/b/c/`, `.` of `c`, `/` of `/c`.
  package static func folder(of path: String) -> String {
    let trimmed = path.reversed().drop { $0 == "/" }
    let parent = trimmed.drop { $0 != "/" }
    guard let separator = parent.first else { return path.hasPrefix("/") ? "/" : "." }
    let name = String(parent.drop { $0 == separator }.reversed())
    return name.isEmpty ? "/" : name
  }

  /// The part of `path` after its last `/`.
  package static func name(of path: String) -> String {
    String(path.reversed().drop { $0 == "/" }.prefix { $0 != "/" }.reversed())
  }
}

/// `rename`, under a name that a method called `rename` does not hide.
private func posixRename(_ source: String, _ target: String) -> Int32 {
  rename(source, target)
}
