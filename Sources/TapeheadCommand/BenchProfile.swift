import TapeheadEngine
import TapeheadTraining

/// What training steps spent their time on; also the object `profile` of `bench --profile --json`.
struct BenchProfile: Encodable {
  struct Row: Encodable {
    let operation: String
    /// forward, backward, or step for what a training step does once.
    let pass: String
    let calls: Int?
    let seconds: Double
    /// Of the time of all threads.
    let share: Double
    /// Of products with a shared matrix.
    let gigaflops: Double?
  }

  /// By time, the longest first.
  let operations: [Row]
  let products_gigaflops: Double
  /// Of one thread, measured.
  let peak_gigaflops: Double
  let products_share_of_peak: Double

  init(_ trainer: Trainer, _ instructionSet: InstructionSet) {
    let times = trainer.times ?? StepTimes()
    let operations = trainer.operationTimes
    let measured = operations.reduce(0) { $0 + $1.seconds }
    // What threads wait, load and judge is what their operations leave of the time.
    let others = [("data", times.data), ("clipping", times.clipping), ("update", times.update)]
    let total = measured + others.reduce(0) { $0 + $1.1 }
    let rows =
      operations.map { time in
        Row(
          operation: time.operation, pass: time.backward ? "backward" : "forward",
          calls: time.calls, seconds: time.seconds, share: time.seconds / total,
          gigaflops: time.productOperations > 0 ? time.productOperations / time.seconds / 1e9 : nil)
      }
      + others.map {
        Row(
          operation: $0.0, pass: "step", calls: nil, seconds: $0.1, share: $0.1 / total,
          gigaflops: nil)
      }
    self.operations = rows.sorted { $0.seconds > $1.seconds }
    let products = operations.filter { $0.productOperations > 0 }
    let seconds = products.reduce(0) { $0 + $1.seconds }
    products_gigaflops = products.reduce(0) { $0 + $1.productOperations } / max(seconds, 1e-9) / 1e9
    peak_gigaflops = peakOperationsPerSecond(instructionSet) / 1e9
    products_share_of_peak = products_gigaflops / peak_gigaflops
  }

  var text: String {
    let table = operations.filter { $0.share >= 0.001 }.map { row in
      [
        row.operation, row.pass, decimal(100 * row.share, 1) + " %",
        row.calls.map { decimal(1e6 * row.seconds / Double(max($0, 1)), 2) + " µs" } ?? "",
        row.gigaflops.map { decimal($0, 0) + " Gflop/s" } ?? "",
      ]
    }
    return aligned([["operation", "pass", "share", "a call", ""]] + table)
      + """


      matrix products: \(decimal(products_gigaflops, 0)) of \(decimal(peak_gigaflops, 0)) Gflop/s that \
      one thread can do, \(decimal(100 * products_share_of_peak, 0)) %
      """
  }
}
