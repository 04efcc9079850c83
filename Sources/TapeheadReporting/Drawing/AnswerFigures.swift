import TapeheadEngine
import TapeheadFigures
import TapeheadTasks
import TapeheadTraining

extension TrainedModel {
  /// Outputs beside targets at the task's evaluation lengths (NTM, figures 4, 5 and 8).
  func outputsFigure(
    of cases: [EvaluationCase], seed: UInt64, instructionSet: InstructionSet
  ) throws -> any Figure {
    let panels = try cases.map { evaluationCase in
      let performance = try Performance(
        of: self, on: evaluationCase, seed: seed, taps: [], instructionSet: instructionSet)
      let (targets, outputs) = try performance.targetsAndOutputs()
      return OutputsBesideTargets.Panel(evaluationCase.label, targets: targets, outputs: outputs)
    }
    let title = type(of: configuration.task.task).title
    return try OutputsBesideTargets(
      title: "\(title): what was asked for and what was answered",
      summary: "For \(cases.map(\.label).joined(separator: ", ")): the targets above, the outputs "
        + "below, a mark under each step with a wrong bit.",
      panels: panels)
  }
}

extension Performance {
  /// Predictions of the next bit beside those of the optimal estimator (NTM, figure 14).
  func predictionsFigure(_ task: DynamicNGrams, model: String) throws -> any Figure {
    try PredictionStrip(
      title: "Dynamic n-grams: predictions beside the optimum",
      summary: "For each of \(steps) bits the probability of a one by the optimal estimator and "
        + "by the model.",
      bits: batch.targets.map(Double.init),
      optimum: task.optimalPredictions(of: 0, in: batch),
      models: [.init(model, probabilities: probabilities.map(Double.init))])
  }
}
