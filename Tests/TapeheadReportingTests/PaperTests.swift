import TapeheadCells
import TapeheadEngine
import TapeheadReporting
import TapeheadTasks
import TapeheadTraining
import Testing

@Suite("The paper's numbers")
struct PaperTests {
  @Test("every task and model of the paper has a curve of rising sequences")
  func curves() {
    for task in Matrix.tasks {
      for setting in task.paperSettings {
        let curve = PaperCurve.of(setting.model, on: task.name)
        let places = curve?.points.map(\.sequences) ?? []
        #expect(places.count > 50, "\(task.name) \(setting.model)")
        #expect(places == places.sorted())
      }
    }
    let count = PaperCurve.all.reduce(0) { $0 + $1.points.count }
    #expect(count == 1_343)
  }

  @Test("points are those of the figures")
  func points() throws {
    let copy = try #require(PaperCurve.of(.lstm, on: Copy.name))
    let first = copy.sequences(toReach: 2)
    #expect(copy.bits(after: 206_000) == 1.9451)
    #expect(first == 205_420)
    #expect(copy.bits(after: 1) == nil)
  }

  /// Copy has the paper's number in the reading that marks start and end.
  ///
  /// Nobody knows how sort is counted.
  @Test("the LSTM gets the paper's sizes: its parameters come out exactly")
  func sizes() throws {
    let tasks: [any SequenceTask.Type] = [
      Copy.self, RepeatCopy.self, AssociativeRecall.self, DynamicNGrams.self,
    ]
    let matrix = Matrix(tasks: tasks, models: [.lstm], seeds: [1], in: "somewhere") {
      guard var copy = $0.task.task as? Copy else { return }
      copy.markers = .startAndEnd
      $0.task = TaskConfiguration(copy)
    }
    for (entry, job) in zip(matrix.entries, matrix.jobs) {
      let count = try job.configuration.program().parameters.trainedCount
      #expect(count == entry.setting?.parameters, "\(job.name)")
      #expect(job.configuration.hasPaperTask)
    }
  }

  @Test("heads come in pairs, as many as the paper has")
  func heads() throws {
    let matrix = Matrix(
      tasks: [AssociativeRecall.self], models: [.feedForwardNTM], seeds: [1], in: "somewhere")
    let ntm = try #require(
      matrix.jobs.compactMap { job -> NeuralTuringMachine.Configuration? in
        if case .ntm(let ntm) = job.configuration.model { ntm } else { nil }
      }.first)
    #expect([ntm.readHeads, ntm.writeHeads] == [4, 4])
    #expect(ntm.controller == ControllerConfiguration(kind: .feedforward, units: 256, layers: 1))
    #expect(matrix.jobs[0].configuration.training.sequences == 1_000_000)
  }

  @Test("marks are when the paper's cost was reached first, by the median of the seeds")
  func marks() throws {
    let matrix = Matrix(tasks: [Copy.self], models: [.lstm], seeds: [1, 2, 3], in: "somewhere")
    let histories = [5, 50, 500].map { thousands in
      MetricHistory(
        (1...510).map {
          .init(sequences: $0 * 1_000, bits: $0 > thousands ? 0.01 : 80, wrongBits: 0)
        })
    }
    let marks = Mark.marks(of: matrix.jobs[0].configuration, histories: histories)
    let mark = try #require(marks.first { $0.after == 200_000 })
    #expect(mark.bits == 2.0783)
    #expect(mark.paper == 195_570)
    // The stretch of 10,000 around 55,000 is the first that holds no record of 50,000 or before.
    #expect(mark.median == 55_000)
    #expect(mark.ratio == 55_000.0 / 195_570)
    let unsolved = Mark.marks(
      of: matrix.jobs[0].configuration, histories: [MetricHistory([])])
    #expect(unsolved.first?.median == .infinity)
  }
}
