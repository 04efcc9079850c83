import TapeheadTasks
import Testing

@Suite struct CopyTests {
  @Test func answersRepeatTheVectorsAfterTheDelimiter() {
    for example in Copy().examples(50) {
      let length = (example.steps - 1) / 2
      #expect(example.steps == 2 * length + 1)
      #expect(example.input(length) == [0, 0, 0, 0, 0, 0, 0, 0, 1])
      #expect(example.answers == Array(length + 1..<example.steps))
      for step in 0..<length {
        #expect(example.input(step)[8] == 0)
        #expect(example.isSilent(length + 1 + step))
        #expect(example.target(length + 1 + step) == example.bits(8, at: step))
      }
      for step in 0...length {
        #expect(example.target(step).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func startAndEndMarkersMakeTenInputsAndNineOutputs() {
    var task = Copy()
    task.markers = .startAndEnd
    #expect(task.inputSize == 10)
    #expect(task.outputSize == 9)
    for example in task.examples(20) {
      let length = (example.steps - 3) / 2
      #expect(example.steps == 2 * length + 3)
      #expect(example.input(0) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
      #expect(example.input(length + 1) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
      #expect(example.answers == Array(length + 2..<example.steps))
      for step in 0..<length {
        #expect(example.target(length + 2 + step) == example.bits(8, at: 1 + step) + [0])
      }
      #expect(example.target(example.steps - 1) == [0, 0, 0, 0, 0, 0, 0, 0, 1])
    }
  }

  @Test func lengthsAreEquallyLikelyAndBitsFair() {
    var lengths = [Int](repeating: 0, count: 20)
    var ones = [Int](repeating: 0, count: 8)
    var vectors = 0
    for example in Copy().examples(4000) {
      let length = (example.steps - 1) / 2
      lengths[length - 1] += 1
      vectors += length
      for step in 0..<length {
        for (channel, bit) in example.bits(8, at: step).enumerated() { ones[channel] += Int(bit) }
      }
    }
    let deviation = deviationFromUniform(lengths)
    #expect(abs(deviation) < 4)
    for count in ones {
      // About 42,000 vectors: a count's standard deviation is 102.
      #expect(abs(count - vectors / 2) < 410)
    }
  }

  @Test func evaluationIsThatOfTheFigures() {
    let labels = Copy().evaluationCases.map(\.label)
    #expect(labels == [10, 20, 30, 50, 120].map { "length \($0)" })
    let longest = Copy().evaluationCases.map { $0.task.longestSequence }
    #expect(longest == [21, 41, 61, 101, 241])
  }
}
