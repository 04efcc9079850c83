import TapeheadEngine
import TapeheadTasks
import Testing

@Suite struct AllocationCopyTests {
  @Test(arguments: AllocationCopy.Marker.allCases)
  func eachSequenceIsAnsweredBeforeTheNext(marker: AllocationCopy.Marker) {
    var task = AllocationCopy()
    task.marker = marker
    let gap = marker == .delimiter ? 1 : 0
    for example in task.examples(10) {
      #expect(example.steps == 10 * (10 + gap))
      #expect(example.answers.count == 50)
      for sequence in 0..<10 {
        let start = sequence * (10 + gap)
        for vector in 0..<5 {
          let answer = start + 5 + gap + vector
          #expect(example.weight(answer) == 1)
          #expect(example.target(answer) == example.bits(6, at: start + vector))
          #expect(example.bits(6, at: answer) == [0, 0, 0, 0, 0, 0])
        }
      }
      let marked = (0..<example.steps).filter { example.input($0)[6] == 1 }
      let expected =
        marker == .delimiter
        ? (0..<10).map { $0 * 11 + 5 } : (0..<100).filter { $0 % 10 >= 5 }
      #expect(marked == expected)
    }
  }

  @Test func rightVectorsAreCounted() {
    let task = AllocationCopy()
    let example = task.examples(2)[1]
    var outputs = example.batch.targets
    let perfect = task.measure("vectors_right", of: example, outputs: outputs)
    #expect(perfect == 50)
    let answer = (example.batch.starts[1] + example.answers[7]) * 6
    outputs[answer + 3] = 1 - outputs[answer + 3]
    let wrong = task.measure("vectors_right", of: example, outputs: outputs)
    #expect(wrong == 49)
  }
}
