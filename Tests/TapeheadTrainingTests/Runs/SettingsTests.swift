import TapeheadTasks
import TapeheadTraining
import TestSupport
import Testing

private struct Example: Codable, Equatable {
  struct Optimiser: Codable, Equatable {
    enum Kind: String, Codable, CaseIterable { case rmsProp, adam }
    var kind = Kind.rmsProp
    var rate: Float = 1e-4
    var clipping: Double? = nil
  }

  /// A type with a rule of its own.
  struct Width: Codable, Equatable {
    var value = 3

    init() {}

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      value = try container.decode(Int.self)
      guard value % 2 == 1 else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "expected an odd number, found \(value)")
      }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }

  var task = "copy"
  var seed: UInt64 = 1
  var quiet = false
  var layers = [100, 50]
  var width = Width()
  var optimiser = Optimiser()
}

struct SettingsTests {
  @Test func writesEverySettingInTheOrderOfDeclaration() throws {
    var example = Example()
    example.seed = .max
    let text = try Settings(defaults: example).text
    #expect(
      text == """
        {
          "task": "copy",
          "seed": 18446744073709551615,
          "quiet": false,
          "layers": [100, 50],
          "width": 3,
          "optimiser": {
            "kind": "rmsProp",
            "rate": 0.0001,
            "clipping": null
          }
        }

        """)
  }

  @Test func readsBackWhatItWrote() throws {
    let folder = try TemporaryFolder()
    var settings = try Settings(defaults: Example())
    for assignment in ["optimiser.rate=0.1", "optimiser.clipping=0.1", "task=a \"b\" ü"] {
      try settings.set(assignment)
    }
    let file = try folder.write(settings.text, to: "config.json")
    let read = try Settings<Example>(reading: file)
    #expect(read.configuration == settings.configuration)
    #expect(read.text == settings.text)
  }

  @Test func appliesAPartialFile() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(#"{"optimiser": {"kind": "adam"}, "layers": [7]}"#, to: "c.json")
    var settings = try Settings(defaults: Example())
    try settings.apply(file: file)
    var expected = Example()
    expected.optimiser.kind = .adam
    expected.layers = [7]
    #expect(settings.configuration == expected)
  }

  @Test func assignsValuesOfEachKind() throws {
    var settings = try Settings(defaults: Example())
    for assignment in [
      "task=42", "seed=18446744073709551615", "quiet=true", "layers=[]", "width=5",
      "optimiser.kind=adam", "optimiser.rate=1e-3", "optimiser.clipping=10",
    ] {
      try settings.set(assignment)
    }
    var expected = Example()
    (expected.task, expected.seed, expected.quiet, expected.layers) = ("42", .max, true, [])
    (expected.width.value, expected.optimiser.kind) = (5, .adam)
    (expected.optimiser.rate, expected.optimiser.clipping) = (1e-3, 10)
    #expect(settings.configuration == expected)
    try settings.set("optimiser.clipping=null")
    #expect(settings.configuration.optimiser.clipping == nil)
  }

  @Test(arguments: [
    ("optimiser.rat=1", "optimiser.rat: there is no such setting; did you mean 'rate'?"),
    (
      "optimiser.zzzzzzz=1",
      "optimiser.zzzzzzz: there is no such setting; here are: kind, rate, clipping"
    ),
    ("quiet.deep=1", "quiet: expected true or false, found an object"),
    ("quiet=yes", "quiet: expected true or false, found the text \"yes\""),
    (
      "seed=-1",
      "seed: expected a whole number from 0 to 18446744073709551615, found the number -1"
    ),
    ("layers=[1,2.5]", "layers[1]: expected a whole number, found the number 2.5"),
    ("layers=[1,2", "layers: this is no JSON, line 1, column 5: a ',' or ']' should stand here"),
    ("optimiser.rate=fast", "optimiser.rate: expected a number, found the text \"fast\""),
    (
      "optimiser.rate=1e99",
      "optimiser.rate: expected a number that Float can hold, found the number 1e99"
    ),
    ("optimiser.kind=sgd", "optimiser.kind: expected one of rmsProp, adam, found the text \"sgd\""),
    ("optimiser=null", "optimiser: expected an object, found null"),
    ("width=4", "width: expected an odd number, found 4"),
    ("seed", "this should read path=value, such as training.batch=4"),
    ("a..b=1", "this should read path=value, such as training.batch=4"),
  ])
  func refuses(assignment: String, problem: String) throws {
    var settings = try Settings(defaults: Example())
    let error = try #require(throws: SettingsError.self) { try settings.set(assignment) }
    #expect(error.description == "--set \(assignment): \(problem)")
    #expect(settings.configuration == Example())
  }

  @Test(arguments: [
    (
      "{\n  \"task\": \"ü\", x}",
      "this is no JSON, line 2, column 16: a name in quotes should stand here: mend it there, or put the whole file back"
    ),
    (
      "",
      "this is no JSON, line 1, column 1: a value is missing at the end: mend it there, or put the whole file back"
    ),
    (
      "{\"seed\": 1,\n \"seed\": 2}",
      "this is no JSON, line 2, column 2: the name \"seed\" stands twice in one object: mend it there, or put the whole file back"
    ),
    ("[]", "expected an object, found a list"),
    ("{\"tsk\": \"copy\"}", "tsk: there is no such setting; did you mean 'task'?"),
    (
      #"{"optimiser": {"rate": "1"}}"#,
      #"optimiser.rate: expected a number, found the text "1""#
    ),
  ])
  func refuses(file text: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(text, to: "c.json")
    var settings = try Settings(defaults: Example())
    let error = try #require(throws: SettingsError.self) { try settings.apply(file: file) }
    #expect(error.description == "\(file): \(problem)")
    #expect(settings.configuration == Example())
  }

  @Test func wantsEverySettingOfARun() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(#"{"task": "copy"}"#, to: "config.json")
    let error = try #require(throws: SettingsError.self) { try Settings<Example>(reading: file) }
    #expect(error.description == "\(file): seed: this setting is missing")
  }

  @Test func namesAFileThatIsMissing() throws {
    var settings = try Settings(defaults: Example())
    let error = try #require(throws: FileError.self) { try settings.apply(file: "/missing.json") }
    #expect(error.file == "/missing.json")
  }
}

struct NearestNameTests {
  @Test(arguments: [
    ("rat", "rate"), ("raet", "rate"), ("Rate", "rate"), ("optimizer", "optimiser"), ("xyz", nil),
  ])
  func finds(word: String, expected: String?) {
    let found = nearestName(to: word, among: ["optimiser", "rate", "kind"])
    #expect(found == expected)
  }
}
