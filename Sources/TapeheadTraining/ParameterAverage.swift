import TapeheadEngine
import TapeheadKernels

/// A running mean of the parameters over the latest updates, which a trained model is taken from.
///
/// Single updates leave their noise in the latest parameters; in the mean most of it cancels, at no cost in
/// speed of learning (Polyak & Juditsky 1992). The mean looks back on a fixed share s of the t updates
/// so far, so that it follows early learning and steadies late: a ← w p + (1 − w) a with
/// w = 1 / max(1, s t), which is polynomial-decay averaging (Shamir & Zhang 2013, arXiv:1212.1824) but
/// for its first steps.
struct ParameterAverage {
  /// Updates between two that the mean takes in: the passes over all parameters then cost nothing
  /// that can be measured, and neighbours hardly differ.
  static let interval = 10

  let store: ParameterStore
  private let share: Float
  private let weight = FloatBuffer(count: 1)
  private let kernel: PreparedKernel

  /// Begins with the parameters as they are.
  ///
  /// - Parameters:
  ///   - share: Of the updates so far, above 0.
  ///   - parameters: What is averaged.
  ///   - instructionSet: For the kernels.
  init(over share: Float, of parameters: ParameterStore, instructionSet: InstructionSet) {
    self.share = share
    self.store = ParameterStore(parameters.list)
    self.kernel = PreparedKernel(
      \.interpolate, instructionSet,
      [weight.base, parameters.buffer.base, store.buffer.base, store.buffer.base],
      sizes: [parameters.buffer.count])
    store.copy(from: parameters)
  }

  /// Takes in the parameters after a number of updates, if it is their turn.
  func update(after updates: Int) {
    guard updates.isMultiple(of: Self.interval) else { return }
    weight.base[0] = 1 / max(1, share * Float(updates / Self.interval))
    kernel.run()
  }
}
