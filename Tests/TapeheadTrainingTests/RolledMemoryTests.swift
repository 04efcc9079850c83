import TapeheadCells
import TapeheadEngine
import TapeheadTasks
import TapeheadTraining
import Testing

@Suite("Training with a rolled memory")
struct RolledMemoryTests {
  private func roll(_ store: ParameterStore, _ gradient: ParameterStore) throws -> MemoryRoll {
    try #require(MemoryRoll(RolledMemory(rolls: true), store, gradient))
  }

  @Test("takes slots behind the first to other places, all by as many, and back")
  func places() throws {
    let trainer = try Trainer.small()
    let first = try #require(trainer.parameters.list.named("first memory"))
    let (width, slots) = (first.shape.dimensions[0], first.shape.dimensions[1])
    // Each number says which slot and place it belongs to.
    let own = (0..<(width * slots)).map(Float.init)
    trainer.parameters[first] = own
    let gradient = ParameterStore(trainer.parameters.list)
    let roll = try roll(trainer.parameters, gradient)
    var random = RandomStream(seed: 1, purpose: "rolls")
    var seen: Set<Int> = []
    for _ in 0..<200 {
      roll.roll(using: &random)
      let rolled = trainer.parameters[first]
      let places = Int(rolled[1]) - 1
      seen.insert(places)
      for row in 0..<width {
        #expect(rolled[row * slots] == own[row * slots])
        for slot in 1..<slots {
          let from = 1 + (slot - 1 + places) % (slots - 1)
          #expect(rolled[row * slots + slot] == own[row * slots + from])
        }
      }
      // As if a slot's gradient were what it holds: it must come back to the slot that holds it.
      gradient[first] = rolled
      roll.rollBack()
      #expect(trainer.parameters[first] == own)
      #expect(gradient[first] == own)
    }
    #expect(seen == Set(0..<(slots - 1)))
  }

  @Test("begins after a number of sequences, and leaves a memory that is not trained as it is")
  func begins() throws {
    func train(_ rolled: RolledMemory) throws -> (bits: [Double], memory: [Float]) {
      var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
      var ntm = NeuralTuringMachine.Configuration(
        controller: ControllerConfiguration(kind: .feedforward, units: 8), slots: 16, width: 4)
      ntm.conventions.memory = FirstMemory(initial: .random)
      configuration.model = .ntm(ntm)
      configuration.training.averagedShare = 0.1
      configuration.training.rolledMemory = rolled
      let trainer = try Trainer(configuration, threads: 1, instructionSet: .fastest)
      let first = try #require(trainer.parameters.list.named("first memory"))
      let before = trainer.parameters[first]
      let bits = try (0..<20).map { _ in try trainer.step() }
      #expect(trainer.parameters[first] == before)
      #expect(trainer.model[first] == before)
      return (bits, before)
    }
    let (never, rolled) = (try train(.never), try train(RolledMemory(rolls: true, after: 4)))
    #expect(never.memory == rolled.memory)
    #expect(never.bits.prefix(4) == rolled.bits.prefix(4))
    #expect(never.bits.dropFirst(4) != rolled.bits.dropFirst(4))
  }

  @Test("of two slots stays as it is, and of one", arguments: [1, 2])
  func few(slots: Int) throws {
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .ntm)
    configuration.model = .ntm(NeuralTuringMachine.Configuration(slots: slots))
    configuration.training.rolledMemory = RolledMemory(rolls: true)
    #expect(try Trainer(configuration).step().isFinite)
  }

  @Test("teaches a learned memory every slot")
  func learned() throws {
    let trainer = try Trainer.small(rolledMemory: RolledMemory(rolls: true))
    let first = try #require(trainer.parameters.list.named("first memory"))
    let before = trainer.parameters[first]
    for _ in 0..<40 { try trainer.step() }
    let after = trainer.parameters[first]
    for slot in 0..<16 { #expect(before[slot] != after[slot], "slot \(slot)") }
  }

  @Test("must be one that can be")
  func wrongSettings() throws {
    func setting(_ configuration: RunConfiguration) -> String? {
      #expect(throws: SettingError.self) { try configuration.validate() }?.setting
    }
    var configuration = RunConfiguration.defaults(for: Copy.small, model: .lstm)
    configuration.training.rolledMemory = RolledMemory(rolls: true)
    #expect(setting(configuration) == "training.rolledMemory.rolls")

    configuration = .defaults(for: Copy.small, model: .ntm)
    configuration.training.rolledMemory = RolledMemory(rolls: false, after: -1)
    #expect(setting(configuration) == "training.rolledMemory.after")
  }
}
