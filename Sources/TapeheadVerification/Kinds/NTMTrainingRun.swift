import TapeheadCells
import TapeheadEngine
import TapeheadTraining

// pytorch-ntm's training step: gradient, every number clipped, torch.optim.RMSprop; the same batch in
// every step. torch has two biases where ours has one, and as each of the two moves, their sum moves
// twice as far. So the optimiser works on the parameters as torch has them, and ours are loaded from
// those before each step.

/// Some training steps of a whole Neural Turing Machine of pytorch-ntm.
struct NTMTrainingRun: RecordingKind {
  let summary = "A4 (training steps of an NTM of pytorch-ntm)"

  func recognises(_ run: RecordedRun) -> Bool {
    run.letter == "A4" && run.source == "loudinthecloud/pytorch-ntm"
  }

  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws {
    let run = comparison.run
    let rule = try TorchRMSProp(run.manifest["config"], in: run)
    let steps = Int(try run.number("steps", of: run.manifest["config"]))
    let lossScale = try run.number("loss_scale", of: run.manifest["config"], or: 1)
    let copy = try RecordedCopy(&comparison, prefix: "step0.param.", lossScale: lossScale)
    let layout = copy.layout

    let ours = ParameterStore(layout.parameters)
    try ours.load(layout.buffers) { name in
      comparison.use(try run.tensor(RecordedCopy.recordedName(name, "step0.param."))).values
    }
    let program = try Program(
      layout.cell, parameters: layout.parameters, objective: .binaryCrossEntropy)
    let executor = TrainingExecutor(
      program, parameters: ours, settings: settings, longestSequence: copy.steps)
    let gradient = ParameterStore(layout.parameters)

    var trainer = TorchTrainer(
      rule, tensors: layout.weights.map { ($0.name, $0.shape) },
      instructionSet: settings.instructionSet)
    for map in layout.weights {
      let first = comparison.use(try run.tensor("step0.param.\(map.name)", shape: map.shape))
      trainer[map.name] = first.values
    }
    var losses: [Double] = []
    for step in 0..<steps {
      ours.load(layout.weights) { trainer[$0] }
      losses.append(executor.lossAndGradient(copy.batch, into: gradient) / lossScale)
      let before = layout.weights.map { trainer[$0.name] }
      let gradients = layout.weights.map { ($0.name, gradient.numbers(of: $0)) }
      for (name, numbers) in gradients {
        try comparison.check("step\(step + 1).grad.\(name)", ours: numbers)
      }
      trainer.update(along: gradients)
      for (map, before) in zip(layout.weights, before) {
        let recorded = try run.tensor("step\(step).param.\(map.name)").values
        try comparison.check(
          "step\(step + 1).param.\(map.name)", .change(step: step),
          since: (recorded, before), ours: trainer[map.name])
      }
    }
    // torch keeps a mean only if centred, and a momentum buffer only with a momentum.
    for map in layout.weights {
      for (name, moment) in TorchTrainer.moments where run.has("state.\(name).\(map.name)") {
        let measure: Bounds.Measure? =
          name == "momentum_buffer"
          ? .change(step: steps - 1, over: Double(rule.optimiser.learningRate)) : nil
        try comparison.check(
          "state.\(name).\(map.name)", measure, ours: trainer.moment(moment, of: map.name))
      }
    }
    try comparison.check("losses", ours: losses)
  }
}
