import TapeheadEngine
import TapeheadTasks
import Testing

@Suite struct PrioritySortTests {
  @Test(arguments: [false, true])
  func targetsAreTheHighestPrioritiesInOrder(hasDelimiter: Bool) {
    var task = PrioritySort()
    task.hasDelimiter = hasDelimiter
    let firstAnswer = hasDelimiter ? 21 : 20
    for example in task.examples(30) {
      #expect(example.steps == firstAnswer + 16)
      #expect(example.answers == Array(firstAnswer..<example.steps))
      let ranked = (0..<20).sorted { example.input($0)[8] > example.input($1)[8] }
      for (place, step) in ranked.prefix(16).enumerated() {
        #expect(example.target(firstAnswer + place) == example.bits(8, at: step))
      }
      for step in example.answers {
        #expect(example.isSilent(step))
      }
      if hasDelimiter { #expect(example.input(20) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) }
      let order = task.order(of: example.sequence, in: example.batch)
      #expect(order == ranked)
      let priorities = task.priorities(of: example.sequence, in: example.batch)
      #expect(priorities == (0..<20).map { example.input($0)[8] })
    }
  }

  @Test func prioritiesAreUniform() {
    let task = PrioritySort()
    let priorities = task.examples(1000).flatMap {
      task.priorities(of: $0.sequence, in: $0.batch)
    }
    #expect(priorities.allSatisfy { $0 >= -1 && $0 < 1 })
    var counts = [Int](repeating: 0, count: 20)
    for priority in priorities { counts[Int((priority + 1) * 10)] += 1 }
    let deviation = deviationFromUniform(counts)
    #expect(abs(deviation) < 4)
  }

  @Test func equalPrioritiesKeepTheirOrder() {
    var task = PrioritySort.small
    task.vectors = 4
    var batch = task.examples(1)[0].batch
    for step in 0..<4 { batch.inputs[step * 5 + 4] = step == 2 ? 0.5 : 0.25 }
    let order = task.order(of: 0, in: batch)
    #expect(order == [2, 0, 1, 3])
  }

  @Test func measuresCountRightVectorsAndDistances() throws {
    let task = PrioritySort()
    // A sequence whose vectors all differ, so that a vector tells its place.
    let example = try #require(
      task.examples(50).first { found in
        Set((0..<20).map { found.bits(8, at: $0) }).count == 20
      })
    var outputs = example.batch.targets
    let perfect = task.measure("vectors_right", of: example, outputs: outputs)
    let noneOff = task.measure("positions_off", of: example, outputs: outputs)
    #expect(perfect == 16)
    #expect(noneOff == 0)
    // The first and the fourth answer exchanged: two wrong, each three places off.
    let first = (example.batch.starts[example.sequence] + 20) * 8
    for channel in 0..<8 { outputs.swapAt(first + channel, first + 24 + channel) }
    let exchanged = task.measure("vectors_right", of: example, outputs: outputs)
    let off = task.measure("positions_off", of: example, outputs: outputs)
    #expect(exchanged == 14)
    #expect(off == 6.0 / 16)
  }
}
