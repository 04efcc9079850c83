import TapeheadEngine
import TapeheadTasks
import Testing

/// The settings that every task is checked at: the paper's and the small ones.
let catalogueTasks: [any SequenceTask] = TaskCatalogue.all.flatMap { type in
  [type.init(), type.small] as [any SequenceTask]
}

@Suite struct TaskCatalogueTests {
  @Test func namesAreKnownAndDiffer() throws {
    #expect(
      TaskCatalogue.names == [
        "copy", "repeat-copy", "associative-recall", "dynamic-n-grams", "priority-sort",
        "allocation-copy",
      ])
    for name in TaskCatalogue.names {
      let found = try TaskCatalogue.task(named: name)
      #expect(found.name == name)
    }
  }

  @Test(arguments: [
    ("cpoy", "copy"), ("repeat_copy", "repeat-copy"), ("recall", nil), ("Copy", "copy"), ("", nil),
    ("priority-srot", "priority-sort"), ("xyz", nil),
  ])
  func unknownNamesAreAnsweredWithTheNearest(name: String, nearest: String?) {
    let error = #expect(throws: UnknownTaskError.self) { try TaskCatalogue.task(named: name) }
    #expect(error?.nearest == nearest)
    let sentence = error?.description ?? ""
    #expect(sentence.hasPrefix("there is no task \"\(name)\": "))
    #expect(sentence.contains("allocation-copy"))
  }

  @Test(arguments: catalogueTasks)
  func settingsAreValidAndSizesAgree(task: any SequenceTask) throws {
    try task.validate()
    #expect(task.inputChannels.count == task.inputSize)
    #expect(task.outputChannels.count == task.outputSize)
    #expect(task.loss == .binaryCrossEntropy)
    let examples = task.examples(200)
    let longest = examples.map(\.steps).max()
    #expect(longest == task.longestSequence)
    let answers = examples.map(\.answers.count)
    #expect(answers.allSatisfy { $0 > 0 })
    let targets = examples[0].batch.targets
    #expect(targets.allSatisfy { $0 == 0 || $0 == 1 })
  }

  @Test(arguments: TaskCatalogue.all.indices)
  func smallIsSmaller(index: Int) {
    let type = TaskCatalogue.all[index]
    let small = type.small.longestSequence
    let whole = type.init().longestSequence
    #expect(small < whole)
  }

  @Test("tasks whose sequences cost so differently that a hundred say little are judged on more")
  func evaluationSequences() {
    let judgedOnMore = catalogueTasks.filter { $0.evaluationSequences > 100 }
    #expect(
      Set(judgedOnMore.map { type(of: $0).name }) == ["dynamic-n-grams", "priority-sort"])
  }

  @Test(arguments: catalogueTasks)
  func evaluationCasesCanBeDrawn(task: any SequenceTask) throws {
    let cases = task.evaluationCases
    #expect(!cases.isEmpty)
    #expect(Set(cases.map(\.label)).count == cases.count)
    for evaluation in cases {
      try evaluation.task.validate()
      #expect(evaluation.task.inputSize == task.inputSize)
      #expect(evaluation.task.outputSize == task.outputSize)
      let steps = evaluation.task.examples(1)[0].steps
      #expect(steps <= evaluation.task.longestSequence)
    }
  }

  @Test(arguments: catalogueTasks)
  func sequencesAreAFunctionOfTheSeed(task: any SequenceTask) {
    let batch = task.examples(5, seed: 3)[0].batch
    #expect(task.examples(5, seed: 3)[0].batch == batch)
    #expect(task.examples(5, seed: 4)[0].batch != batch)
  }

  /// A change here changes every run ever made of that task.
  @Test func sequencesNeverChange() {
    let digests = TaskCatalogue.all.map { digest(of: $0.init().examples(3)[0].batch) }
    #expect(
      digests == [
        3_080_567_313, 2_657_356_427, 3_996_013_132, 2_911_316_568, 2_163_840_670, 1_163_387_466,
      ])
    // Repeat copy as it was drawn by default before its marker stood with the number.
    var repeatCopy = RepeatCopy()
    repeatCopy.marker = .start
    #expect(digest(of: repeatCopy.examples(3)[0].batch) == 1_493_482_638)
  }

  /// A polynomial hash of every value of a batch.
  func digest(of batch: SequenceBatch) -> UInt32 {
    (batch.inputs + batch.targets + batch.weights).reduce(UInt32(batch.steps)) { hash, value in
      hash &* 31 &+ value.bitPattern
    }
  }

  /// Storage neither grows nor moves once it is large enough.
  @Test(arguments: catalogueTasks)
  func refillingKeepsTheStorage(task: any SequenceTask) {
    var random = RandomStream(seed: 6, purpose: "test")
    var batch = SequenceBatch(inputSize: task.inputSize, targetSize: task.outputSize)
    batch.inputs.reserveCapacity(8 * task.longestSequence * task.inputSize)
    let capacity = batch.inputs.capacity
    for _ in 0..<20 {
      task.fill(&batch, count: 8, using: &random)
      #expect(batch.count == 8)
    }
    #expect(batch.inputs.capacity == capacity)
  }

  /// The default is a reading of the paper, and so are its switches; other sizes are none.
  @Test(arguments: TaskCatalogue.all.indices)
  func readingsOfThePaperHaveItsBits(index: Int) {
    func check<Task: SequenceTask>(_ type: Task.Type) {
      let readings = type.paperReadings
      #expect(readings.first == type.init())
      for (place, reading) in readings.enumerated() {
        #expect(!readings.prefix(place).contains(reading))
      }
      #expect(!readings.contains(type.small))
    }
    check(TaskCatalogue.all[index])
  }

  @Test func papersSettingsAreThoseOfItsTables() {
    for type in TaskCatalogue.all where !type.paperSettings.isEmpty {
      #expect(type.paperSettings.map(\.model) == [.feedForwardNTM, .recurrentNTM, .lstm])
    }
    let parameters = TaskCatalogue.all.map { $0.paperSettings.map(\.parameters) }
    #expect(
      parameters == [
        [17_162, 67_561, 1_352_969], [16_712, 66_111, 5_312_007], [146_845, 70_330, 1_344_518],
        [14_656, 61_749, 331_905], [508_305, 269_038, 384_424], [],
      ])
  }

  @Test func citationsNamePaperSectionAndFigures() {
    let citation = RepeatCopy.citation.description
    #expect(
      citation == "Graves, Wayne & Danihelka 2014, Neural Turing Machines (arXiv:1410.5401), "
        + "section 4.2, figures 7–9")
  }
}
