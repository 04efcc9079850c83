#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension FileError {
  /// What was tried on a file when the operating system refused.
  package enum Attempt: String {
    case read
    case write = "written"
    case create = "created"
    case remove = "removed"
    case lock = "locked"
  }

  /// The error for a system call that failed with the error number `code`.
  package init(_ file: String, _ attempt: Attempt, _ code: Int32) {
    let (reason, remedy) = FileError.words(for: code)
    self.init(file, "cannot be \(attempt.rawValue) because \(reason)", remedy: remedy)
  }

  private static func words(for code: Int32) -> (reason: String, remedy: String) {
    switch code {
    case ENOSPC: ("the disk is full", "free some space and try again")
    case EDQUOT: ("the disk quota is used up", "free some space and try again")
    case EFBIG: ("it would pass the limit on file sizes", "raise the limit (`ulimit -f`)")
    case EACCES, EPERM: ("permission is denied", "check who may use it, or choose another place")
    case EROFS: ("the disk is read-only", "choose a folder on another disk")
    case ENOENT: ("there is no such file or folder", "check the path")
    case ENOTDIR: ("part of the path is a file and no folder", "check the path")
    case EISDIR: ("it is a folder", "give the path of a file")
    case EEXIST: ("it exists already", "choose another path")
    case ELOOP: ("it is a symbolic link", "give the path of the file itself")
    case EMFILE, ENFILE: ("too many files are open", "raise the limit (`ulimit -n`)")
    default: ("of: \(String(cString: strerror(code)))", "check the disk and the path")
    }
  }
}
