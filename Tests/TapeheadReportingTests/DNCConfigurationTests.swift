import TapeheadCells
import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

/// The settings of a DNC: what cannot be, what an older file lacks, what a task needs.
@Suite("The configuration of a DNC")
struct DNCConfigurationTests {
  private func configuration(
    _ task: any SequenceTask = Copy(),
    _ change: (inout DifferentiableNeuralComputer.Configuration) -> Void
  ) throws -> RunConfiguration {
    var configuration = RunConfiguration.defaults(for: task, model: .dnc)
    if case .dnc(var dnc) = configuration.model {
      change(&dnc)
      configuration.model = .dnc(dnc)
    }
    return configuration
  }

  @Test("more slots need sparse links")
  func limits() throws {
    let refused: [(Int, Links.Kind, Int, String)] = [
      (
        4_097, .exact, 8,
        "model.slots is 4097, too many for exact links between them: set model.links to sparse, "
          + "or the slots to at most 4096"
      ),
      (65_537, .sparse, 8, "model.slots is 65537: set it to a number from 1 to 65536"),
      (
        4, .sparse, 8,
        "model.linkEntries is 8, in a memory of 4 slots: set it to a number from 1 to 4"
      ),
      (
        65_536, .sparse, 1_025,
        "model.linkEntries is 1025, in a memory of 65536 slots: set it to a number from 1 to 1024"
      ),
    ]
    for (slots, links, entries, sentence) in refused {
      let configuration = try configuration {
        ($0.slots, $0.links, $0.linkEntries) = (slots, links, entries)
      }
      let error = try #require(throws: SettingError.self) { try configuration.validate() }
      #expect(error.description == sentence)
    }
    let large = try configuration { ($0.slots, $0.links) = (65_536, .sparse) }
    try large.validate()
    let exact = try configuration { $0.slots = 4_096 }
    try exact.validate()
  }

  @Test("a file from before there were sparse links means exact ones")
  func readsOlderFiles() throws {
    let configuration = try configuration { $0.linkEntries = 8 }
    let folder = try TemporaryFolder()
    let lines = try Settings(defaults: configuration).text.split(separator: "\n")
    let older = lines.filter { !$0.contains("\"links\"") && !$0.contains("\"linkEntries\"") }
    #expect(older.count == lines.count - 2)
    let file = try folder.write(older.joined(separator: "\n"), to: "older.json")
    #expect(try Settings<RunConfiguration>(reading: file).configuration == configuration)
    let sparse = try self.configuration { ($0.links, $0.linkEntries) = (.sparse, 3) }
    let newer = try folder.write(try Settings(defaults: sparse).text, to: "newer.json")
    #expect(try Settings<RunConfiguration>(reading: newer).configuration == sparse)
  }

  @Test("the allocation copy has the paper's ten locations and its controller")
  func defaults() throws {
    let configuration = RunConfiguration.defaults(for: AllocationCopy(), model: .dnc)
    let memory = try #require(dnc(configuration))
    #expect(memory.slots == 10)
    #expect(memory.controller.kind == .feedforward)
    #expect(dnc(.defaults(for: Copy(), model: .dnc)) == .init())
    #expect(RunConfiguration.defaults(for: AllocationCopy(), model: .ntm).model == .init(.ntm))
  }

  private func dnc(_ configuration: RunConfiguration) -> DifferentiableNeuralComputer.Configuration?
  {
    guard case .dnc(let dnc) = configuration.model else { return nil }
    return dnc
  }

  /// What is stated covers what is set aside, and grows with the threads.
  @Test("the memory stated holds all its parts")
  func memory() throws {
    let configuration = try configuration { $0.slots = 64 }
    let trainer = try Trainer(configuration, threads: 1)
    let (one, two) = (
      try PlannedRun(configuration, threads: 1).need, try PlannedRun(configuration, threads: 2).need
    )
    #expect(one.arenas == trainer.arenaBytes)
    #expect(one.parameters == trainer.parameterBytes)
    // The first links, 64 × 64 zeros.
    #expect(one.constants >= 64 * 64 * 4)
    #expect(one.evaluation > 4 * 64 * 64 * 4)
    #expect(two.evaluation == 2 * one.evaluation)
    let parts = one.arenas + one.parameters + one.constants + one.evaluation + one.checkpoint
    #expect(one.total == parts)
  }
}
