import TapeheadEngine
import TapeheadTasks
import Testing

@Suite struct ExampleDrawingTests {
  @Test func copyShowsChannelsAnswersAndTargets() {
    var task = Copy.small
    task.bits = 2
    task.minimumLength = 2
    task.maximumLength = 2
    var batch = task.examples(1)[0].batch
    batch.inputs.replaceSubrange(0..<6, with: [1, 0, 0, 1, 1, 0])
    batch.targets.replaceSubrange(6..<10, with: [1, 0, 1, 1])
    let drawing = ExampleDrawing(of: 0, in: batch, task: task).description
    #expect(
      drawing == """
                step      0
        input   bit 1     ██···
                bit 2     ·█···
                delimiter ··█··
        answer               ▲▲
        target  bit 1        ██
                bit 2        ·█

        █ 1  · 0  ▲ answer counts

        """)
  }

  @Test func longSequencesGoOnInTheNextBlock() {
    let example = DynamicNGrams().examples(1)[0]
    let drawing = ExampleDrawing(
      of: 0, in: example.batch, task: DynamicNGrams(), columns: 80)
    let lines = drawing.description.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 80 })
    let drawn = lines.filter { $0.hasPrefix("input") }
      .flatMap { $0.filter { "█·".contains($0) } }
    #expect(drawn == (0..<200).map { example.input($0)[0] == 1 ? "█" : "·" })
  }

  @Test func otherValuesAreListed() {
    var task = RepeatCopy()
    task.minimumLength = 3
    task.maximumLength = 3
    task.minimumRepeats = 2
    task.maximumRepeats = 2
    let drawing = ExampleDrawing(of: 0, in: task.examples(1)[0].batch, task: task).description
    #expect(drawing.contains("repeats ···▒·······"))
    #expect(
      drawing.hasSuffix(
        "\n\nrepeats at step 3: −1.219\n\n█ 1  · 0  ▒ other, listed above  ▲ answer counts\n"))
  }

  @Test func listedValuesAreWrapped() {
    let task = PrioritySort()
    let example = task.examples(1)[0]
    let drawing = ExampleDrawing(of: 0, in: example.batch, task: task, columns: 60).description
    let lines = drawing.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 60 })
    let listed = lines.drop { !$0.hasPrefix("priority at step 0: ") }
    let entries = listed.joined().filter { $0 == ":" }.count
    #expect(entries == 20)
  }

  @Test(arguments: catalogueTasks)
  func everyTaskCanBeDrawnAtAnyWidth(task: any SequenceTask) {
    let batch = task.examples(2)[0].batch
    for columns in [0, 40, 200] {
      let drawing = ExampleDrawing(of: 1, in: batch, task: task, columns: columns).description
      #expect(task.inputChannels.allSatisfy { drawing.contains($0) })
    }
  }
}
