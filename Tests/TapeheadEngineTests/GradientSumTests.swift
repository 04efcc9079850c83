import TapeheadEngine
import Testing

/// Gradients are added in the order of micro-batches, however early some are left.
@Suite struct GradientSumTests {
  /// Their sum depends on the order: beside 1e8 each 5 counts as 8.
  private static let numbers: [Float] = [1e8, 5, 5, -1e8, 3]

  @Test func earlyGradientsWaitForTheirTurn() throws {
    let sum = GradientSum(extent: 40, threads: 2, instructionSet: .fastest)
    let total = FloatBuffer(count: 40)
    for _ in 0..<2 {
      total.fill(7)
      sum.begin(chunks: Self.numbers.count, into: total)
      let slow = try share(of: sum, thread: 0, chunk: 0)
      // The other thread is two micro-batches ahead, for which it has buffers.
      sum.leave(try share(of: sum, thread: 1, chunk: 1))
      sum.leave(try share(of: sum, thread: 1, chunk: 2))
      #expect(total.base[39] == 1e8, "only the first, where the sum is to stand")
      sum.leave(slow)
      #expect(total.base[39] == 100_000_016)
      // Turned round: the second thread is the slow one.
      let late = try share(of: sum, thread: 1, chunk: 3)
      sum.leave(try share(of: sum, thread: 0, chunk: 4))
      #expect(total.base[0] == 100_000_016)
      sum.leave(late)
      #expect(total.base[0] == 19)
      #expect(sum.take(thread: 0) == nil)
      #expect(sum.take(thread: 1) == nil)
    }
  }

  @Test func threadWaitsForABufferThatIsFree() async throws {
    let sum = GradientSum(extent: 16, threads: 2, instructionSet: .fastest)
    let total = FloatBuffer(count: 16)
    sum.begin(chunks: 4, into: total)
    let slow = try share(of: sum, thread: 0, chunk: 0)
    for chunk in 1...2 { sum.leave(try share(of: sum, thread: 1, chunk: chunk)) }
    // Both of the second thread's gradients wait for the first thread's.
    let next = Task.detached { sum.take(thread: 1)?.chunk }
    try await Task.sleep(for: .milliseconds(20))
    sum.leave(slow)
    let chunk = await next.value
    #expect(chunk == 3)
  }

  /// Takes a thread's next micro-batch, which must be the one given, and makes its gradient.
  private func share(of sum: GradientSum, thread: Int, chunk: Int) throws -> GradientSum.Share {
    let share = try #require(sum.take(thread: thread))
    #expect(share.chunk == chunk)
    share.gradient.fill(Self.numbers[chunk])
    return share
  }
}
