#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An open file that closes itself, over the POSIX calls, with errors in words.
package struct OpenFile: ~Copyable {
  package enum Purpose {
    /// The file must exist and is only read.
    case reading
    /// The file is created, or emptied where it exists; a symbolic link is not followed.
    case replacing
    /// The file is created where it is missing, and each write goes to its end.
    case appending
  }

  private let descriptor: Int32
  private let path: String

  /// Opens the file at `path`.
  ///
  /// - Throws: `FileError` with the reason in words.
  package init(_ path: String, for purpose: Purpose) throws {
    OpenFile.turnSizeLimitIntoError
    let flags =
      switch purpose {
      case .reading: O_RDONLY
      case .replacing: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
      case .appending: O_RDWR | O_CREAT | O_APPEND
      }
    self.path = path
    descriptor = retryingInterrupts { open(path, flags | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else {
      throw FileError(path, purpose == .reading ? .read : .write, errno)
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Writes all of `bytes`, or throws with some of them written.
  package func write(_ bytes: [UInt8]) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
        return retryingInterrupts { posixWrite(descriptor, rest.baseAddress, rest.count) }
      }
      guard count > 0 else { throw FileError(path, .write, count == 0 ? ENOSPC : errno) }
      written += count
    }
  }

  /// Adds all of `bytes` to the end, or throws and leaves the file as it was.
  package func append(_ bytes: [UInt8]) throws {
    let before = try length()
    do {
      try write(bytes)
    } catch {
      try? truncate(to: before)
      throw error
    }
  }

  /// The whole content from the first byte.
  package func readAll() throws -> [UInt8] {
    var content: [UInt8] = []
    let size = max(try length(), 1 << 12)
    content.reserveCapacity(size)
    while true {
      let chunk = try [UInt8](unsafeUninitializedCapacity: size) { buffer, initialised in
        let start = off_t(content.count)
        let count = retryingInterrupts { pread(descriptor, buffer.baseAddress, size, start) }
        guard count >= 0 else { throw FileError(path, .read, errno) }
        initialised = count
      }
      if chunk.isEmpty { return content }
      content += chunk
    }
  }

  /// Bytes in the file.
  package func length() throws -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileError(path, .read, errno) }
    return Int(status.st_size)
  }

  /// Cuts the file to its first `length` bytes.
  package func truncate(to length: Int) throws {
    guard retryingInterrupts({ ftruncate(descriptor, off_t(length)) }) == 0 else {
      throw FileError(path, .write, errno)
    }
  }

  /// Waits until what was written has reached the disk.
  package func synchronise() throws {
    // EINVAL: a file system that cannot do this, such as that of a pipe, has nothing to wait for.
    guard retryingInterrupts({ fsync(descriptor) }) == 0 || errno == EINVAL else {
      throw FileError(path, .write, errno)
    }
  }

  /// Takes the file's lock without waiting; false where another process holds it.
  ///
  /// The lock ends with this value or its process, however that dies.
  package func lock() throws -> Bool {
    if retryingInterrupts({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { return true }
    guard errno == EWOULDBLOCK else { throw FileError(path, .lock, errno) }
    return false
  }

  /// A file-size limit (RLIMIT_FSIZE) sends SIGXFSZ, which would end the process before `write`
  /// can report EFBIG; ignoring it, once a process, makes it an error like a full disk.
  private static let turnSizeLimitIntoError: Void = { _ = signal(SIGXFSZ, SIG_IGN) }()
}

/// `write`, under a name that a method called `write` does not hide.
private func posixWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}

/// Repeats a system call that a signal interrupted before it did anything.
private func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
