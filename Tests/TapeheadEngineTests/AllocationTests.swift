#if os(Linux)
  import Foundation
  import TapeheadEngine
  import TestSupport
  import Testing

  /// What many steps leave in memory, each in a process of its own.
  ///
  /// The smallest piece that malloc hands out is 32 bytes, so one that stays at every step comes to
  /// 640 kB; the heap's own slack stays below the bound.
  @Suite struct AllocationTests {
    private static let steps = 20_000
    private static let bound = 400_000

    @Test func trainingStepsLeaveNothing() async {
      await #expect(processExitsWith: .success) {
        let (program, store) = try SampleCell.sample()
        let gradient = ParameterStore(store.list)
        let batch = SampleCell.batch([2, 1, 2])
        let executor = TrainingExecutor(program, store, threads: 2)
        let growth = try Self.growth { _ = executor.lossAndGradient(batch, into: gradient) }
        precondition(growth <= Self.bound, "\(growth) bytes stayed")
      }
    }

    @Test func sessionStepsLeaveNothing() async {
      await #expect(processExitsWith: .success) {
        let (program, store) = try SampleCell.sample()
        let session = Session(program, parameters: store)
        let growth = try Self.growth { _ = try session.step([1, 0, 0.5, -1]) }
        precondition(growth <= Self.bound, "\(growth) bytes stayed")
      }
    }

    /// A test that can't fail proves nothing: this is what the bound must see.
    @Test func pieceThatStaysIsSeen() async {
      await #expect(processExitsWith: .success) {
        var pieces: [[UInt8]] = []
        let growth = try Self.growth {
          pieces.append(Array(repeating: UInt8(pieces.count % 2), count: 3))
        }
        precondition(growth > Self.bound, "only \(growth) bytes stayed of \(pieces.count) pieces")
      }
    }

    /// Bytes of the process's own resident memory that the body's repetitions add, after a tenth of them.
    private static func growth(_ body: () throws -> Void) throws -> Int {
      for _ in 0..<(steps / 10) { try body() }
      let before = try residentBytes()
      for _ in 0..<steps { try body() }
      return try residentBytes() - before
    }

    private static func residentBytes() throws -> Int {
      let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
      let pages = text.split(separator: " ").compactMap { Int($0) }
      // Resident pages without those of files, as the program's code, which come and go.
      return try (#require(pages.dropFirst().first) - #require(pages.dropFirst(2).first))
        * Int(getpagesize())
    }
  }
#endif
