import TapeheadEngine
import TapeheadTasks
import Testing

@Suite struct RepeatCopyTests {
  @Test(arguments: RepeatCopy.Marker.allCases)
  func endMarkerComesAfterTheLastCopy(marker: RepeatCopy.Marker) throws {
    var task = RepeatCopy()
    task.marker = marker
    let lead = marker == .start ? 1 : 0
    let gap = marker == .afterNumber ? 1 : 0
    for example in task.examples(50) {
      let first = try #require(example.answers.first)
      let number = first - 1 - gap
      let length = number - lead
      let shown = example.input(number)[6]
      let repeats = Int((shown * 2.872_281_3 + 5.5).rounded())
      #expect((1...10).contains(length) && (1...10).contains(repeats))
      #expect(example.steps == first + length * repeats + 1)
      #expect(example.answers == Array(first..<example.steps))
      for copy in 0..<length * repeats {
        #expect(example.isSilent(first + copy))
        let vector = example.bits(6, at: lead + copy % length)
        #expect(example.target(first + copy) == vector + [0])
      }
      #expect(example.target(example.steps - 1) == [0, 0, 0, 0, 0, 0, 1])
    }
  }

  @Test(arguments: [
    (RepeatCopy.Marker.withNumber, [4]), (.afterNumber, [5]), (.start, [0]), (.none, []),
  ])
  func markerStandsWhereItIsSaidTo(marker: RepeatCopy.Marker, expected: [Int]) throws {
    var task = RepeatCopy()
    task.marker = marker
    task.minimumLength = 4
    task.maximumLength = 4
    let example = try #require(task.examples(1).first)
    let steps = (0..<example.steps).filter { example.input($0).dropFirst(7).contains(1) }
    #expect(steps == expected)
  }

  @Test func shownNumbersHaveMeanZeroAndVarianceOne() {
    var task = RepeatCopy()
    task.maximumLength = 1
    let shown = (1...10).map { repeats in
      task.minimumRepeats = repeats
      task.maximumRepeats = repeats
      return task.examples(1)[0].input(1)[6]
    }
    let mean = shown.reduce(0, +) / 10
    let variance = shown.map { $0 * $0 }.reduce(0, +) / 10
    #expect(abs(mean) < 1e-6)
    #expect(abs(variance - 1) < 1e-6)
  }

  @Test func evaluationShowsNumbersOnTheTrainedScale() throws {
    let beyond = try RepeatCopy().evaluationCase(length: 10, repeats: 20)
    let example = beyond.task.examples(1)[0]
    #expect(example.steps == 10 + 1 + 200 + 1)
    let shown = example.input(10)[6]
    #expect(abs(shown - (20 - 5.5) / 2.872_281_3) < 1e-6)
    let labels = RepeatCopy().evaluationCases.map(\.label)
    #expect(
      labels == [
        "lengths 1–10 × 1–10", "length 10 × 10", "length 20 × 10", "length 10 × 20",
      ])
  }

  @Test func defaultLayoutIsThatOfThePapersCount() {
    #expect(RepeatCopy().inputSize == 8)
    #expect(RepeatCopy().outputSize == 7)
  }

  @Test func endMarkerMeasureSeesItLateAndEarly() throws {
    let task = RepeatCopy()
    let example = try #require(task.examples(20).first { $0.answers.count > 5 })
    let last = example.batch.starts[example.sequence] + example.steps - 1
    var outputs = example.batch.targets
    let perfect = task.measure("end_marker_right", of: example, outputs: outputs)
    #expect(perfect == 1)
    // A wrong bit elsewhere is none of its business.
    outputs[last * 7] = 1
    let wrongBit = task.measure("end_marker_right", of: example, outputs: outputs)
    #expect(wrongBit == 1)
    outputs[last * 7 + 6] = 0.4
    let missing = task.measure("end_marker_right", of: example, outputs: outputs)
    #expect(missing == 0)
    outputs[last * 7 + 6] = 0.9
    outputs[(last - 2) * 7 + 6] = 0.6
    let early = task.measure("end_marker_right", of: example, outputs: outputs)
    #expect(early == 0)
  }
}
