import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C, as a question that a long loop asks.
enum Interrupt {
  private static let happened = Atomic<Bool>(false)

  /// From now on, the first interrupt or termination is remembered; a second one ends the process at once.
  static func watch() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        Interrupt.happened.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  static var wasAsked: Bool { happened.load(ordering: .relaxed) }

  /// The exit code of a process that an interrupt ended.
  static let exitCode: Int32 = 130
}
