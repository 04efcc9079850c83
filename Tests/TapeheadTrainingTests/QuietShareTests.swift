import TapeheadTasks
import TapeheadTraining
import Testing

@Suite("Training with quiet stretches")
struct QuietShareTests {
  private func costs(quietShare: Float) throws -> [Double] {
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .lstm)
    configuration.training.batch = 2
    configuration.training.quietShare = quietShare
    let trainer = try Trainer(configuration)
    return try (0..<5).map { _ in try trainer.step() }
  }

  @Test("draws them")
  func draws() throws {
    let (fair, quiet) = (try costs(quietShare: 0), try costs(quietShare: 1))
    #expect(fair != quiet)
  }

  @Test("must be of a task that has silence, and a share")
  func wrongSettings() throws {
    var configuration = RunConfiguration.defaults(for: AssociativeRecall(), model: .ntm)
    configuration.training.quietShare = 0.1
    let error = #expect(throws: SettingError.self) { try configuration.validate() }
    #expect(error?.setting == "training.quietShare")
    configuration = .defaults(for: RepeatCopy(), model: .ntm)
    configuration.training.quietShare = 0.1
    try configuration.validate()
    configuration.training.quietShare = 1.1
    #expect(throws: SettingError.self) { try configuration.validate() }
  }
}
