import TapeheadEngine
import TapeheadTasks
import TapeheadTraining
import Testing

@Suite("Training in a tight memory")
struct TightMemoryTests {
  /// The cost of each update, and which slots of the first memory, learned and 16 × 4, it changed.
  private func train(_ memory: TightMemory) throws -> [(bits: Double, changed: Set<Int>)] {
    let trainer = try Trainer.small(tightMemory: memory)
    let first = try #require(trainer.parameters.list.named("first memory"))
    return try (0..<10).map { _ in
      let before = trainer.parameters[first]
      let bits = try trainer.step()
      let after = trainer.parameters[first]
      return (bits, Set(after.indices.filter { before[$0] != after[$0] }.map { $0 % 16 }))
    }
  }

  @Test("takes turns with the whole one")
  func turns() throws {
    let (whole, tight) = (try train(.none), try train(TightMemory(slots: 5, after: 4)))
    // Updates 0 to 4 are the same: the first turn is at the first odd update from 4 on.
    #expect(whole.map(\.bits).prefix(5) == tight.map(\.bits).prefix(5))
    #expect(whole.map(\.bits)[5] != tight.map(\.bits)[5])
    for update in [0, 3, 4] { #expect(tight[update].changed.contains { $0 >= 5 }, "\(update)") }
  }

  @Test("as large as the model's own is the model's own", arguments: [16, 28])
  func large(slots: Int) throws {
    let (whole, tight) = (try train(.none), try train(TightMemory(slots: slots)))
    #expect(whole.map(\.bits) == tight.map(\.bits))
    #expect(whole.map(\.changed) == tight.map(\.changed))
  }

  @Test("must be one that can be")
  func wrongSettings() throws {
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .lstm)
    configuration.training.tightMemory = TightMemory(slots: 5)
    let error = #expect(throws: SettingError.self) { try configuration.validate() }
    #expect(error?.setting == "training.tightMemory.slots")
    configuration = .defaults(for: Copy.small, model: .ntm)
    configuration.training.tightMemory = TightMemory(slots: -1)
    #expect(throws: SettingError.self) { try configuration.validate() }
    configuration.training.tightMemory = TightMemory(slots: 5, after: -1)
    #expect(throws: SettingError.self) { try configuration.validate() }
  }
}
