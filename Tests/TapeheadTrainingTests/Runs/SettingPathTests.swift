import TapeheadTraining
import Testing

@Suite("Paths of settings with leading parts left out")
struct SettingPathTests {
  private struct Example: Codable, Equatable {
    struct Head: Codable, Equatable {
      var kind = 1
      var memory = Memory()
    }
    struct Memory: Codable, Equatable {
      var initial = 0
      var value = 0
    }
    struct Tail: Codable, Equatable {
      var kind = 2
      var value = 0
    }

    var kind = 0
    var head = Head()
    var tail = Tail()
  }

  @Test(
    "what is left names one setting",
    arguments: [
      "initial=7", "memory.initial=7", "head.memory.initial=7", "memory={\"initial\": 7}",
    ])
  func finds(assignment: String) throws {
    var settings = try Settings(defaults: Example())
    try settings.set(assignment)
    var expected = Example()
    expected.head.memory.initial = 7
    #expect(settings.configuration == expected)
  }

  @Test("a whole path wins over the ends of others")
  func whole() throws {
    var settings = try Settings(defaults: Example())
    try settings.set("kind=7")
    #expect(settings.configuration.kind == 7)
    #expect(settings.configuration.head.kind == 1)
  }

  @Test("several settings are refused, with their names")
  func ambiguous() throws {
    var settings = try Settings(defaults: Example())
    let error = try #require(throws: SettingsError.self) { try settings.set("value=7") }
    #expect(
      error.description
        == "--set value=7: value: several settings end like this; write one of "
        + "head.memory.value, tail.value")
    #expect(settings.configuration == Example())
  }

  @Test("what no setting ends in is refused as before")
  func unknown() throws {
    var settings = try Settings(defaults: Example())
    let error = try #require(throws: SettingsError.self) { try settings.set("memory.first=7") }
    #expect(error.problem.hasPrefix("there is no such setting"))
  }

  @Test("a path that nearly ends like a setting's is refused, with the setting's name")
  func nearly() throws {
    var settings = try Settings(defaults: Example())
    let error = try #require(throws: SettingsError.self) { try settings.set("memory.inital=7") }
    #expect(
      error.description
        == "--set memory.inital=7: memory.inital: there is no such setting; did you mean 'head.memory.initial'?"
    )
  }
}
