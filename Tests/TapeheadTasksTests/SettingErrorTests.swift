import Foundation
import TapeheadTasks
import Testing

@Suite struct SettingErrorTests {
  /// A wrong task and the setting that its error must name.
  struct Wrong: Sendable, CustomTestStringConvertible {
    let task: any SequenceTask
    let setting: String

    init<Task: SequenceTask>(_ setting: String, _ task: Task, _ change: (inout Task) -> Void) {
      var changed = task
      change(&changed)
      self.task = changed
      self.setting = setting
    }

    var testDescription: String { "\(type(of: task).name) \(setting)" }
  }

  @Test(arguments: [
    Wrong("bits", Copy()) { $0.bits = 0 },
    Wrong("bits", Copy()) { $0.bits = 65 },
    Wrong("minimumLength", Copy()) { $0.minimumLength = 0 },
    Wrong("minimumLength", Copy()) { $0.minimumLength = 21 },
    Wrong("maximumLength", Copy()) { $0.maximumLength = 1_000_000 },
    Wrong("maximumLength", Copy()) { $0.maximumLength = .max },
    Wrong("maximumLength", Copy()) { $0.maximumLength = 5000 },
    Wrong("minimumRepeats", RepeatCopy()) { $0.minimumRepeats = -1 },
    Wrong("maximumRepeats", RepeatCopy()) { $0.maximumRepeats = .max },
    Wrong("maximumLength or maximumRepeats", RepeatCopy()) { $0.maximumRepeats = 1000 },
    Wrong("repeatsMean", RepeatCopy()) { $0.repeatsMean = .nan },
    Wrong("repeatsDeviation", RepeatCopy()) { $0.repeatsDeviation = 0 },
    Wrong("minimumItems", AssociativeRecall()) { $0.minimumItems = 1 },
    Wrong("vectorsPerItem", AssociativeRecall()) { $0.vectorsPerItem = .max },
    Wrong("maximumItems or vectorsPerItem", AssociativeRecall()) { $0.vectorsPerItem = 9999 },
    Wrong("contextLength", DynamicNGrams()) { $0.contextLength = 17 },
    Wrong("contextLength", DynamicNGrams()) { $0.contextLength = .max },
    Wrong("bits", DynamicNGrams()) { $0.bits = 5 },
    Wrong("bits", DynamicNGrams()) { $0.bits = 1_000_000 },
    Wrong("answers", PrioritySort()) { $0.answers = 21 },
    Wrong("vectors", PrioritySort()) { $0.vectors = 9990 },
    Wrong("sequences", AllocationCopy()) { $0.sequences = 0 },
    Wrong("sequences or vectorsPerSequence", AllocationCopy()) { $0.sequences = 1000 },
  ])
  func wrongSettingIsNamed(wrong: Wrong) {
    let error = #expect(throws: SettingError.self) { try wrong.task.validate() }
    #expect(error?.setting == wrong.setting)
  }

  @Test func errorsAreOneSentence() {
    var task = Copy()
    task.minimumLength = 0
    let zero = #expect(throws: SettingError.self) { try task.validate() }
    #expect(zero?.description == "minimumLength is 0: set it to a number from 1 to 10000")
    task.minimumLength = 30
    let crossed = #expect(throws: SettingError.self) { try task.validate() }
    #expect(
      crossed?.description == "minimumLength is 30, more than maximumLength, which is 20: "
        + "lower the first or raise the second")
    task = Copy()
    task.maximumLength = 9000
    let long = #expect(throws: SettingError.self) { try task.validate() }
    #expect(
      long?.description == "maximumLength makes sequences of 18001 steps, and the limit is 10000: "
        + "lower it")
  }

  @Test func impossibleEvaluationLengthsAreRefused() {
    for task in catalogueTasks {
      for length in [0, 1_000_000, Int.max] {
        #expect(throws: SettingError.self) { try task.evaluationCase(length: length) }
      }
    }
  }

  /// The configuration file holds every setting by its name.
  @Test(arguments: catalogueTasks)
  func settingsSurviveJSON(task: any SequenceTask) throws {
    func roundTrip<Task: SequenceTask>(_ task: Task) throws {
      let json = try JSONEncoder().encode(task)
      let decoded = try JSONDecoder().decode(Task.self, from: json)
      #expect(decoded == task)
    }
    try roundTrip(task)
  }
}
