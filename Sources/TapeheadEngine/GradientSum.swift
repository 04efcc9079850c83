import Synchronization
import TapeheadKernels

/// Adds the gradients of a batch's micro-batches in their order, whichever thread made them and whenever.
///
/// A thread that is early leaves its gradient and makes the next one, and the thread whose turn it is adds all that wait
/// behind its own. So threads wait for each other only when one is behind by as many micro-batches as a thread has
/// buffers.
package final class GradientSum: @unchecked Sendable {
  // Unchecked: `total` changes between batches only, a buffer belongs to the thread that has taken it, and sums are run by
  // the one thread that adds.

  /// A micro-batch that a thread has taken on, and the buffer that its gradient is to be made in.
  package struct Share {
    package let chunk: Int
    package let gradient: FloatBuffer
    fileprivate let buffer: Int
  }

  /// Gradients that one of so many threads can have made or be making at a time.
  static func buffers(threads: Int) -> Int { threads > 1 ? 2 : 1 }

  private struct State {
    /// By buffer: whether its gradient is being made or waits.
    var isTaken: [Bool]
    /// By micro-batch: the buffer in which its gradient waits, if it does.
    var waiting: [Int?] = []
    var next = 0
    var summed = 0
    var isAdding = false
  }

  private let buffers: [FloatBuffer]
  private let sums: [PreparedKernel]
  private let perThread: Int
  private let state: Mutex<State>
  private var total = FloatBuffer(count: 0)

  package init(extent: Int, threads: Int, instructionSet: InstructionSet) {
    self.perThread = Self.buffers(threads: threads)
    self.buffers = (0..<threads * perThread).map { _ in FloatBuffer(count: extent) }
    self.sums = buffers.map {
      PreparedKernel(\.copy, instructionSet, [$0.base, $0.base], sizes: [extent])
    }
    self.state = Mutex(State(isTaken: Array(repeating: false, count: buffers.count)))
  }

  var bytes: Int { buffers.reduce(0) { $0 + $1.bytes } }

  /// Begins a batch of so many micro-batches; their sum replaces what `total` holds.
  package func begin(chunks: Int, into total: FloatBuffer) {
    self.total = total
    for sum in sums { sum.set(operand: 1, total.base) }
    state.withLock { state in
      if state.waiting.count != chunks {
        state.waiting = Array(repeating: nil, count: chunks)
      }
      (state.next, state.summed) = (0, 0)
    }
  }

  /// The next micro-batch for a thread, once it has a buffer for its gradient; nil when there is none left.
  package func take(thread: Int) -> Share? {
    var share: Share?
    ThreadTeam.wait {
      state.withLock { state in
        guard state.next < state.waiting.count else { return true }
        let own = thread * perThread..<(thread + 1) * perThread
        guard let buffer = own.first(where: { !state.isTaken[$0] }) else { return false }
        // The first one's gradient is made where the sum is to stand.
        let gradient = state.next == 0 ? total : buffers[buffer]
        share = Share(chunk: state.next, gradient: gradient, buffer: buffer)
        state.isTaken[buffer] = true
        state.next += 1
        return true
      }
    }
    return share
  }

  /// Hands in a micro-batch's gradient, and adds all whose turn it is unless another thread does.
  package func leave(_ share: Share) {
    var turn = state.withLock { state in
      state.waiting[share.chunk] = share.buffer
      return state.isAdding ? nil : Self.turn(&state)
    }
    while let (chunk, buffer) = turn {
      if chunk > 0 { sums[buffer].run(accumulate: true) }
      turn = state.withLock { state in
        state.waiting[chunk] = nil
        state.isTaken[buffer] = false
        state.summed += 1
        return Self.turn(&state)
      }
    }
  }

  /// The micro-batch that is to be added now and its buffer, if it has been handed in.
  private static func turn(_ state: inout State) -> (chunk: Int, buffer: Int)? {
    let chunk = state.summed
    let buffer = chunk < state.waiting.count ? state.waiting[chunk] : nil
    state.isAdding = buffer != nil
    return buffer.map { (chunk, $0) }
  }
}
