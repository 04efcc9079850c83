public import TapeheadCells
public import TapeheadTasks

extension TrainingConfiguration {
  /// How Tapehead trains a network on a task: the one place where these settings are chosen.
  ///
  /// `tapehead train` and `tapehead reproduce` both begin from here; a reproduction only trains on as
  /// many sequences as the paper did. The first row that fits counts, so a task with settings of its
  /// own has its rows above those that stand for all tasks, such as
  ///
  ///     case (RepeatCopy.name, .ntm, .feedforward):
  ///
  /// Documentation/Decisions/Training.md says how the numbers were chosen.
  ///
  /// - Parameters:
  ///   - task: What is trained on.
  ///   - model: The kind of network.
  ///   - controller: Of a network with a memory; an LSTM has none, and this is not looked at.
  /// - Returns: Settings for the paper's sizes.
  public static func chosen(
    for task: any SequenceTask.Type, model: ModelConfiguration.Kind,
    controller: ControllerConfiguration.Kind
  ) -> TrainingConfiguration {
    switch (task.name, model, controller) {
    case (AssociativeRecall.name, .ntm, .lstm):
      .withMemory(OptimiserConfiguration(kind: .gravesRMSProp, learningRate: 1e-4))
    // A head that writes on while it answers must come round to what it writes over.
    case (RepeatCopy.name, .ntm, .lstm):
      .withMemory(
        OptimiserConfiguration(kind: .gravesRMSProp, learningRate: 1e-4),
        tightMemory: TightMemory(slots: 28))
    // It goes on learning for a million sequences, from gradients that stay noisy.
    case (PrioritySort.name, .ntm, let controller):
      .withMemory(
        OptimiserConfiguration(kind: .gravesRMSProp, learningRate: 1e-4)
          .falling(.inverseSquareRoot, over: controller == .lstm ? 20_000 : 60_000))
    // At the paper's rate four pairs of heads are kicked out of what they learned, and where it falls, seeds that
    // are late stay where they are.
    case (AssociativeRecall.name, .ntm, .feedforward):
      .withMemory(
        OptimiserConfiguration(kind: .gravesRMSProp, learningRate: 5e-5),
        tightMemory: TightMemory(slots: 40, after: 10_000))
    // What it gets wrong becomes rare long before it is learned, so the rate falls slowly, and a batch holds some
    // of it more often than one sequence does.
    case (RepeatCopy.name, .ntm, .feedforward):
      .withMemory(
        .stableRMSProp(decaySequences: 60_000, epsilon: 1e-4), sequences: 100_000, batch: 4)
    case (DynamicNGrams.name, .ntm, _):
      .withMemory(
        OptimiserConfiguration(kind: .gravesRMSProp, learningRate: 1e-4)
          .falling(toHalfAfter: 60_000))
    // It writes on while it answers, and must not write over what is still to be read, nor take a few quiet
    // vectors for the end, nor what it finds in a slot that it never came to.
    case (Copy.name, .ntm, .feedforward):
      .withMemory(
        .stableRMSProp(decaySequences: 10_000, epsilon: 1e-4),
        tightMemory: TightMemory(slots: 28, after: 6_000),
        rolledMemory: RolledMemory(rolls: true, after: 6_000), quietShare: 0.1)
    // Some ten seconds; the same.
    case (Copy.name, .ntm, .lstm):
      .withMemory(
        .stableRMSProp(), sequences: 40_000, tightMemory: TightMemory(slots: 28), quietShare: 0.1)
    case (_, .ntm, .lstm):
      .withMemory(.stableRMSProp(), sequences: 40_000)
    case (_, .ntm, .feedforward):
      .withMemory(.stableRMSProp(decaySequences: 10_000, epsilon: 1e-4))
    case (_, .dnc, .lstm):
      .withMemory(.dncRMSProp, sequences: 25_000, averagedShare: 0)
    case (_, .dnc, .feedforward):
      .withMemory(.dncRMSProp, averagedShare: 0)
    // Two hundred steps a sequence are gradient enough: it learns from more updates rather than from larger ones.
    case (DynamicNGrams.name, .lstm, _):
      .baseline(batch: 2)
    case (_, .lstm, _):
      .baseline(batch: 8)
    }
  }

  private static func baseline(batch: Int) -> TrainingConfiguration {
    TrainingConfiguration(
      sequences: 25_000, batch: batch, microBatch: 16, optimiser: .baselineAdam,
      clipping: Clipping(kind: .norm, limit: 10), averagedShare: 0.1)
  }

  /// What all networks with a memory have in common; DNCs were measured without a mean.
  private static func withMemory(
    _ optimiser: OptimiserConfiguration, sequences: Int = 50_000, batch: Int = 1,
    averagedShare: Float = 0.1, tightMemory: TightMemory = .none,
    rolledMemory: RolledMemory = .never, quietShare: Float = 0
  ) -> TrainingConfiguration {
    TrainingConfiguration(
      sequences: sequences, batch: batch, optimiser: optimiser, clipping: .graves2014,
      averagedShare: averagedShare, tightMemory: tightMemory, rolledMemory: rolledMemory,
      quietShare: quietShare)
  }
}

extension Clipping {
  /// Every component at ±10 (NTM, section 4).
  static let graves2014 = Clipping(kind: .value, limit: 10)
}
