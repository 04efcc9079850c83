import TapeheadEngine
import TapeheadTraining

/// The optimiser torch.optim.RMSprop alone: given gradients, with one configuration or several.
struct RMSPropRun: RecordingKind {
  let summary = "A4b (torch.optim.RMSprop alone)"

  func recognises(_ run: RecordedRun) -> Bool {
    run.letter == "A4b" && run.source.contains("torch.optim.RMSprop")
  }

  func verify(_ comparison: inout Comparison, settings: ExecutionSettings) throws {
    let run = comparison.run
    guard case .array(let configurations)? = run.manifest["config"] else {
      throw run.error("has no list of configurations")
    }
    let first = comparison.use(try run.tensor("p0", axes: 1))
    let count = first.values.count
    let gradients = comparison.use(try run.tensor("raw_grad", axes: 2))
    let steps = gradients.shape[0]
    guard gradients.shape[1] == count else {
      throw run.error("has 'raw_grad' as \(gradients.shape) where [steps, \(count)] belongs")
    }
    for (index, config) in configurations.enumerated() {
      let name = "conf\(index).p"
      let recorded = try run.tensor(name, shape: [steps, count])
      var trainer = TorchTrainer(
        try TorchRMSProp(config, in: run), tensors: [("p", [count])],
        instructionSet: settings.instructionSet)
      trainer["p"] = first.values
      var (before, after): ([Double], [Double]) = ([], [])
      for step in 0..<steps {
        before += trainer["p"]
        trainer.update(along: [("p", Array(gradients.part(step)))])
        after += trainer["p"]
      }
      try comparison.check(
        name, since: (first.values + recorded.values.dropLast(count), before), ours: after)
    }
  }
}
