import TapeheadEngine
import TapeheadTasks
import Testing

@Suite struct AssociativeRecallTests {
  /// The vectors of an item, or of the query.
  func item(_ index: Int, of example: Example) -> [[Float]] {
    (1...3).map { example.bits(6, at: 4 * index + $0) }
  }

  /// Items before the query.
  func itemCount(_ example: Example) -> Int { (example.steps - 8) / 4 }

  @Test func answerIsTheItemAfterTheQueriedOne() throws {
    for example in AssociativeRecall().examples(100) {
      let count = itemCount(example)
      #expect((2...6).contains(count))
      let items = (0..<count).map { item($0, of: example) }
      let query = item(count, of: example)
      let place = try #require(items.firstIndex(of: query))
      #expect(place < count - 1)
      #expect(example.answers == Array(example.steps - 3..<example.steps))
      let answer = example.answers.map { example.target($0) }
      #expect(answer == items[place + 1])
      #expect(example.answers.allSatisfy { example.isSilent($0) })
    }
  }

  @Test func delimitersStandAlone() {
    for example in AssociativeRecall().examples(50) {
      let count = itemCount(example)
      let itemSteps = (0..<example.steps).filter { example.input($0)[6] == 1 }
      let querySteps = (0..<example.steps).filter { example.input($0)[7] == 1 }
      #expect(itemSteps == (0..<count).map { 4 * $0 })
      #expect(querySteps == [4 * count, 4 * count + 4])
      for step in itemSteps + querySteps {
        #expect(example.bits(6, at: step) == [0, 0, 0, 0, 0, 0])
      }
    }
  }

  @Test func itemsOfOneSequenceDiffer() {
    var task = AssociativeRecall()
    task.bits = 2
    task.vectorsPerItem = 1
    task.minimumItems = 2
    task.maximumItems = 2
    for example in task.examples(200) {
      #expect(example.bits(2, at: 1) != example.bits(2, at: 3))
    }
  }

  @Test func itemCountsAndQueriedPlacesAreEquallyLikely() throws {
    var counts = [Int](repeating: 0, count: 5)
    for example in AssociativeRecall().examples(5000) { counts[itemCount(example) - 2] += 1 }
    let countDeviation = deviationFromUniform(counts)
    #expect(abs(countDeviation) < 4)

    var task = AssociativeRecall()
    task.minimumItems = 6
    var places = [Int](repeating: 0, count: 5)
    for example in task.examples(2000) {
      let items = (0..<6).map { item($0, of: example) }
      let place = try #require(items.firstIndex(of: item(6, of: example)))
      places[place] += 1
    }
    let placeDeviation = deviationFromUniform(places)
    #expect(abs(placeDeviation) < 4)
  }

  @Test func itemIsRightOnlyIfEveryBitIs() {
    let task = AssociativeRecall()
    let example = task.examples(3)[1]
    var outputs = example.batch.targets
    let perfect = task.measure("item_right", of: example, outputs: outputs)
    #expect(perfect == 1)
    let lastBit = (example.batch.starts[1] + example.steps) * 6 - 1
    outputs[lastBit] = 1 - outputs[lastBit]
    let wrong = task.measure("item_right", of: example, outputs: outputs)
    #expect(wrong == 0)
  }

  @Test func evaluationIsThatOfTheFigure() {
    let labels = AssociativeRecall().evaluationCases.map(\.label)
    #expect(labels == [6, 8, 10, 12, 15, 20].map { "\($0) items" })
  }

  @Test func tooFewDifferentItemsAreRefused() throws {
    var task = AssociativeRecall()
    task.bits = 3
    task.vectorsPerItem = 1
    task.maximumItems = 4
    try task.validate()
    task.maximumItems = 5
    let error = #expect(throws: SettingError.self) { try task.validate() }
    #expect(error?.setting == "maximumItems")
  }
}
