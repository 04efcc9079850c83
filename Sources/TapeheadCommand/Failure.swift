import ArgumentParser
import Synchronization
import TapeheadTraining

// The C library's `stdout` is a variable, which nothing here changes.
#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#else
  @preconcurrency import Darwin
#endif

/// Runs a subcommand; what goes wrong is one sentence on standard error and exit code 1.
func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let code as ExitCode {
    throw code
  } catch {
    printError("tapehead: \(error)")
    throw ExitCode.failure
  }
}

/// Reads the value of an option that names a file or a folder; an empty one would be the root of the file system.
func place(_ text: String) throws -> String {
  guard !text.isEmpty else {
    throw ValidationError("it is empty; name a place")
  }
  return text
}

/// Prints a line on standard error.
func printError(_ line: String) {
  _ = emit(line + "\n", to: STDERR_FILENO)
}

/// Writes all of a text to a file descriptor.
///
/// Where a pipe's reader has gone away, the system ends the program, as it ends others; a run then goes on from its
/// latest checkpoint.
///
/// - Returns: Whether it could be written.
private func emit(_ text: String, to descriptor: Int32) -> Bool {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written < 0 && errno == EINTR { continue }
    guard written > 0 else { return false }
    bytes = bytes.dropFirst(written)
  }
  return true
}

/// Standard output and its terminal.
enum Terminal {
  private static let isCut = Atomic<Bool>(false)

  /// From now on the program fails at its end where not all that it printed could be written, as on a full disk.
  static func watchOutput() {
    atexit {
      let isWhole = fflush(stdout) == 0 && ferror(stdout) == 0
      guard !isWhole || Terminal.isCut.load(ordering: .relaxed) else { return }
      printError(
        "tapehead: standard output could not be written whole; check the disk that it goes to")
      _exit(1)
    }
  }

  /// Whether somebody watches.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Prints without a new line, at once.
  static func write(_ text: String) {
    if !emit(text, to: STDOUT_FILENO) { isCut.store(true, ordering: .relaxed) }
  }

  /// Replaces the current line.
  static func replaceLine(_ text: String) { write("\r\u{1B}[2K" + text) }
}

/// The time of day and the processors; the only place where the command asks for them.
enum Clock {
  /// Seconds since 1970.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Processors that are there to use.
  static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// The most memory that this process has used, in bytes.
  static var peakMemory: Int {
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #else
      getrusage(__rusage_who_t(Int32(RUSAGE_SELF.rawValue)), &usage)
      return Int(usage.ru_maxrss) * 1024
    #endif
  }
}
