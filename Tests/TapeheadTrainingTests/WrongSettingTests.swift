import TapeheadCells
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

@Suite("Settings that cannot be")
struct WrongSettingTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let model: ModelConfiguration.Kind
    let assignment: String

    init(_ model: ModelConfiguration.Kind, _ assignment: String) {
      (self.model, self.assignment) = (model, assignment)
    }

    var testDescription: String { "\(model) \(assignment)" }
  }

  static let mistakes =
    ([.ntm, .dnc] as [ModelConfiguration.Kind]).flatMap { model in
      [
        "model.conventions.strengthActivation=identity", "model.conventions.sharpeningEpsilon=-1",
        "model.conventions.similarity.insideRoot=-1", "model.conventions.similarity.floor=-1e-8",
        "model.conventions.similarity.besideProduct=2", "model.conventions.forgetBias=2000",
      ].map { Mistake(model, $0) }
    } + [
      Mistake(.ntm, "model.conventions.outputClip=-20"),
      Mistake(.ntm, "model.conventions.weightingGradientLimit=-1"),
      Mistake(.lstm, "model.forgetBias=-1e6"), Mistake(.ntm, "training.optimiser.epsilon=0"),
      Mistake(.lstm, "training.optimiser.epsilon=0"), Mistake(.ntm, "training.solvedBelow=-1"),
    ]

  @Test("are refused by their names", arguments: mistakes)
  func refuses(_ mistake: Mistake) throws {
    var settings = try Settings(
      defaults: RunConfiguration.defaults(for: Copy(), model: mistake.model))
    try settings.configuration.validate()
    try settings.set(mistake.assignment)
    let error = #expect(throws: SettingError.self) { try settings.configuration.validate() }
    #expect(error?.setting == mistake.assignment.split(separator: "=").first.map(String.init))
  }
}
