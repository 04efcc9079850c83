import TapeheadKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that wait for work and do it together; the caller is the first of them.
package final class ThreadTeam: @unchecked Sendable {
  // Unchecked: all fields but `count`, which is set at the start, are guarded by `mutex`.
  /// How many there are: fewer than were asked for, where the system gives no more.
  package private(set) var count = 1
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var work: (@Sendable (Int) -> Void)?
  private var generation = 0
  private var unfinished = 0
  private var ended = false
  private var threads: [pthread_t] = []

  package init(count: Int) {
    precondition(count >= 1, "a team has at least one thread")
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    while self.count < count, start(self.count) { self.count += 1 }
  }

  deinit {
    mutex.deallocate()
    changed.deallocate()
  }

  /// Waits until a condition holds that another thread is about to make true.
  ///
  /// It holds the processor for some 100 µs before it lets others run, who on a shared machine keep it
  /// for milliseconds.
  package static func wait(until isTrue: () -> Bool) {
    var rounds = 0
    while !isTrue() {
      rounds += 1
      if rounds < 2_000 { th_pause() } else { sched_yield() }
    }
  }

  /// Says what each thread does in every run, given its number.
  package func assign(_ body: @escaping @Sendable (Int) -> Void) {
    pthread_mutex_lock(mutex)
    work = body
    pthread_mutex_unlock(mutex)
  }

  /// Lets every thread do the work once; returns when all have.
  package func run() {
    guard let work else { return }
    guard count > 1 else { return work(0) }
    pthread_mutex_lock(mutex)
    generation += 1
    unfinished = count - 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    work(0)
    pthread_mutex_lock(mutex)
    while unfinished > 0 { pthread_cond_wait(changed, mutex) }
    pthread_mutex_unlock(mutex)
  }

  /// Ends the threads; the team can't work afterwards.
  package func end() {
    pthread_mutex_lock(mutex)
    ended = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private final class Member {
    let team: ThreadTeam
    let index: Int
    init(_ team: ThreadTeam, _ index: Int) { (self.team, self.index) = (team, index) }
  }

  /// Starts a thread; false where the system gives no more.
  private func start(_ index: Int) -> Bool {
    let member = Unmanaged.passRetained(Member(self, index))
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = pthread_create(&thread, nil, { ThreadTeam.serve($0) }, member.toOpaque())
    #else
      var made = pthread_t()
      let code = pthread_create(
        &made, nil, { $0.flatMap { ThreadTeam.serve($0) } }, member.toOpaque())
      let thread: pthread_t? = made
    #endif
    guard code == 0, let thread else {
      member.release()
      return false
    }
    threads.append(thread)
    return true
  }

  private static func serve(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let member = Unmanaged<Member>.fromOpaque(pointer).takeRetainedValue()
    member.team.serve(member.index)
    return nil
  }

  private func serve(_ index: Int) {
    var done = 0
    while true {
      pthread_mutex_lock(mutex)
      while generation == done && !ended { pthread_cond_wait(changed, mutex) }
      let body = work
      let stop = ended
      done = generation
      pthread_mutex_unlock(mutex)
      if stop { return }
      body?(index)
      pthread_mutex_lock(mutex)
      unfinished -= 1
      if unfinished == 0 { pthread_cond_broadcast(changed) }
      pthread_mutex_unlock(mutex)
    }
  }
}
