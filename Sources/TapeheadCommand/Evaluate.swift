import ArgumentParser
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining

/// `tapehead evaluate RUN`.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge a trained model on fresh sequences, at lengths it was not trained on too.",
    discussion: "The same seed gives every run the same sequences.")

  /// More sequences than anybody waits for.
  static let mostSequences = 1_000_000

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory,
    transform: place)
  var folder: String

  @Option(
    parsing: .unconditional, help: "Lengths, as 10,20,30,50,120 (default: the task's own suite).")
  var lengths: String?

  @Option(
    parsing: .unconditional,
    help: "Repeats of repeat-copy, as 11,12,20 (default: the most it was trained on).")
  var repeats: String?

  @Option(
    parsing: .unconditional,
    help: "Sequences for each row of the table (default: the task's own number).")
  var sequences: Int?

  @Option(parsing: .unconditional, help: "Of the sequences that are drawn.")
  var seed = RunOutcome.evaluationSeed

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "One JSON object, for programs.")
  var json = false

  func validate() throws {
    if let sequences, !(1...Self.mostSequences).contains(sequences) {
      throw ValidationError(
        "--sequences is \(sequences): set it to a number from 1 to \(Self.mostSequences).")
    }
  }

  func run() throws {
    try reportingErrors {
      let model = try TrainedModel(RunFolder(opening: folder))
      let task = model.configuration.task.task
      let cases = try cases(of: task)
      let sequences = sequences ?? task.evaluationSequences
      let evaluation = try Evaluation(
        model.program, parameters: model.parameters, threads: threads.count,
        instructionSet: InstructionSet.selected(), seed: seed)
      let results = cases.map { evaluation.run($0, sequences: sequences) }
      if json {
        printJSON(ResultsLine(of: folder, model, results))
      } else {
        print(EvaluationTable(results).text)
      }
    }
  }

  private func cases(of task: any SequenceTask) throws -> [EvaluationCase] {
    guard lengths != nil || repeats != nil else { return task.evaluationCases }
    let lengths = try lengths.map { try numbers(in: $0, of: "--lengths") }
    guard let repeats else {
      return try (lengths ?? []).map { length in
        try blaming("--lengths", "\(length)") { () throws(SettingError) in
          try task.evaluationCase(length: length)
        }
      }
    }
    guard let task = task as? RepeatCopy else {
      throw SettingError(
        setting: "--repeats", problem: "is given for the task \(type(of: task).name)",
        remedy: "leave it out: only \(RepeatCopy.name) has repeats")
    }
    let counts = try numbers(in: repeats, of: "--repeats")
    return try (lengths ?? [task.maximumLength]).flatMap { length in
      try counts.map { count in
        try blaming("--repeats", "\(count) with length \(length)") { () throws(SettingError) in
          try task.evaluationCase(length: length, repeats: count)
        }
      }
    }
  }

  /// The numbers of an option that takes several.
  private func numbers(in list: String, of option: String) throws(SettingError) -> [Int] {
    var numbers: [Int] = []
    for text in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(text), number > 0 else {
        throw SettingError(
          setting: option, problem: "has \"\(text)\"",
          remedy: "give whole numbers above 0 with commas between them, as 10,20,120")
      }
      numbers.append(number)
    }
    return numbers
  }
}

/// Results as tables for people.
struct EvaluationTable {
  private let results: [CaseResult]

  /// Of a table by positions.
  private static let mostLines = 10

  init(_ results: [CaseResult]) {
    self.results = results
  }

  var text: String {
    let names = results.first?.measures.map(\.name) ?? []
    var rows = [
      ["", "sequences", "bits per sequence", "wrong bits"] + names.map(spaced)
    ]
    for result in results {
      rows.append(
        [
          result.label, "\(result.sequences)", text(result.bits), text(result.wrongBits),
        ] + result.measures.map { text($0.mean) })
    }
    return aligned(rows)
      + "\n(means, and the 95 % confidence interval where there is one that is not 0)"
      + positions.map { "\n\n" + $0 }.joined()
  }

  private func text(_ mean: SampleMean) -> String {
    significant(mean.value)
      + (mean.confidence > 0 && mean.confidence.isFinite
        ? " ± " + significant(mean.confidence) : "")
  }

  /// What was measured step by step, in lines of as many neighbouring steps.
  private var positions: [String] {
    results.flatMap { result in
      result.positions.map { name, means in
        let rows = Self.stretches(of: means).map { steps, mean in
          ["\(steps.lowerBound)–\(steps.upperBound)", significant(mean)]
        }
        return aligned([["position", spaced(name) + " per step"]] + rows)
      }
    }
  }
}

extension EvaluationTable {
  /// Means over neighbouring steps, as many at a time as make a table of few lines.
  static func stretches(of means: [SampleMean]) -> [(steps: ClosedRange<Int>, mean: Double)] {
    let size = max(1, (means.count + mostLines - 1) / mostLines)
    return stride(from: 0, to: means.count, by: size).map { first in
      let part = means[first..<min(first + size, means.count)]
      return (
        first...part.endIndex - 1, part.reduce(0) { $0 + $1.value } / Double(part.count)
      )
    }
  }
}

/// The object of `evaluate --json`.
private struct ResultsLine: Encodable {
  let run: String
  let task: String
  let model: String
  /// Of the run; that of the evaluation is the command's.
  let seed: UInt64
  /// On which it was trained.
  let sequences: Int
  let lengths: [Row]

  init(of run: String, _ model: TrainedModel, _ results: [CaseResult]) {
    self.run = run
    self.task = model.configuration.task.name
    self.model = model.configuration.model.label
    self.seed = model.configuration.seed
    self.sequences = model.sequences
    self.lengths = results.map(Row.init)
  }

  struct Row: Encodable {
    let result: CaseResult

    /// Neighbouring steps, as the table has them.
    private struct Stretch: Encodable {
      let first: Int
      let last: Int
      let mean: Double?
    }

    private struct Key: CodingKey {
      let stringValue: String
      let intValue: Int? = nil
      init(_ name: String) { self.stringValue = name }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(result.label, forKey: Key("label"))
      for parameter in result.parameters {
        try container.encode(parameter.value, forKey: Key(parameter.name))
      }
      try container.encode(result.sequences, forKey: Key("sequences"))
      try container.encode(result.bits.value.ifFinite, forKey: Key("bits_per_sequence"))
      try container.encode(result.bits.confidence.ifFinite, forKey: Key("bits_confidence"))
      try container.encode(result.wrongBits.value.ifFinite, forKey: Key("wrong_bits_per_sequence"))
      try container.encode(
        result.wrongBits.confidence.ifFinite, forKey: Key("wrong_bits_confidence"))
      for (name, mean) in result.measures {
        try container.encode(mean.value.ifFinite, forKey: Key(name))
        try container.encode(mean.confidence.ifFinite, forKey: Key(name + "_confidence"))
      }
      for (name, means) in result.positions {
        try container.encode(means.map(\.value.ifFinite), forKey: Key(name + "_by_position"))
        try container.encode(
          means.map(\.confidence.ifFinite), forKey: Key(name + "_by_position_confidence"))
        try container.encode(
          EvaluationTable.stretches(of: means).map {
            Stretch(first: $0.steps.lowerBound, last: $0.steps.upperBound, mean: $0.mean.ifFinite)
          }, forKey: Key(name + "_by_stretch"))
      }
    }
  }
}
