import TapeheadKernels

/// How long all operations of one kind took, over all steps, rows and threads.
public struct OperationTime: Sendable, Equatable {
  /// As in the plan: "linear", "sharpen gradient"; "copy" for copies between places.
  public let operation: String
  /// Whether it ran on the way back.
  public let backward: Bool
  /// How often it ran, in a step of a micro-batch.
  public var calls: Int
  public var seconds: Double
  /// Multiplications and additions, of products with a shared matrix; 0 for other operations.
  public var productOperations: Double
}

extension [OperationTime] {
  /// Adds a time to that of its kind.
  package mutating func add(_ time: OperationTime) {
    guard
      let index = firstIndex(where: {
        $0.operation == time.operation && $0.backward == time.backward
      })
    else { return append(time) }
    self[index].calls += time.calls
    self[index].seconds += time.seconds
    self[index].productOperations += time.productOperations
  }
}

/// How many multiplications and additions a second one thread can do at most, measured for about 50 ms.
public func peakOperationsPerSecond(_ instructionSet: InstructionSet) -> Double {
  let rounds = 100_000
  let (sums, operations) = (FloatBuffer(count: vectorLanes), FloatBuffer(count: 1))
  let kernel = PreparedKernel(
    \.peak, instructionSet, [sums.base, operations.base], sizes: [rounds], constants: [0.999])
  let clock = ContinuousClock()
  let end = clock.now + .milliseconds(50)
  var best = 0.0
  repeat {
    sums.fill(1e-3)
    let time = clock.measure { kernel.run() }
    best = max(best, Double(rounds) * Double(operations.base[0]) / time.inSeconds)
  } while clock.now < end
  return best
}

extension Duration {
  /// The duration in seconds.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
