import Synchronization

/// What a trained cell did on a batch: rows stand as in the batch, one for each step.
public struct Recording: Sendable {
  /// By sequence: the loss in nats.
  public var losses: [Float]
  /// By sequence: how many outputs lay on the wrong side of ½ where a step counts.
  public var wrongBits: [Int]
  /// The outputs, rows of the cell's output size.
  public var outputs: [Float]
  /// By tap: its numbers, rows of its shape's count.
  public var taps: [String: [Float]]
  public var tapShapes: [String: Shape]
}

/// Runs a cell forward over whole batches and records its outputs and any set of its taps.
public final class InferenceExecutor: @unchecked Sendable {
  // Unchecked: one caller at a time; within a call each thread has its own machine.
  public let program: Program
  public let plan: Plan
  private let machines: [Machine]
  private let team: ThreadTeam
  private let recorded: [(name: String, value: Int)]

  /// Prepares to run a program and to record its outputs alone.
  public convenience init(
    _ program: Program, parameters: ParameterStore, settings: ExecutionSettings
  ) {
    self.init(program, parameters: parameters, settings: settings, recording: [])
  }

  /// Prepares to run a program and to record the taps of these names, from `program.tapNames`.
  ///
  /// - Throws: `UnknownTap` when the program has no tap of a name.
  public convenience init(
    _ program: Program, parameters: ParameterStore, settings: ExecutionSettings, taps: [String]
  ) throws(UnknownTap) {
    let recorded = try taps.map { name throws(UnknownTap) in
      guard let tap = program.taps.first(where: { $0.name == name }) else {
        throw UnknownTap(name: name, known: program.tapNames)
      }
      return tap
    }
    self.init(program, parameters: parameters, settings: settings, recording: recorded)
  }

  private init(
    _ program: Program, parameters: ParameterStore, settings: ExecutionSettings,
    recording recorded: [(name: String, value: Int)]
  ) {
    precondition(
      parameters.list == program.parameters, "the parameters are those of another program")
    self.program = program
    self.recorded = recorded
    let plan = Planner.plan(
      program, purpose: .inference, rows: settings.microBatch,
      recording: Set(recorded.map(\.value)))
    self.plan = plan
    self.team = ThreadTeam(count: settings.threads)
    self.machines = (0..<team.count).map { _ in
      Machine(
        plan: plan, parameters: parameters.buffer, instructionSet: settings.instructionSet, steps: 0
      )
    }
  }

  deinit {
    team.end()
  }

  /// Runs every sequence of a batch from the cell's first state.
  public func run(_ batch: SequenceBatch) -> Recording {
    batch.requireFit(program)
    var order: [Int] = []
    batch.sortLongestFirst(&order)
    let losses = FloatBuffer(count: batch.count)
    let wrongBits = FloatBuffer(count: batch.count)
    let values = [program.output] + recorded.map(\.value)
    let rows = values.map { FloatBuffer(count: batch.steps * program.values[$0].shape.count) }
    batch.withView { batch in
      let work = Work(
        batch: batch, order: order, losses: losses, wrongBits: wrongBits,
        values: values, rows: rows)
      team.assign { [unowned self] thread in while process(work, thread: thread) {} }
      team.run()
      // The work holds all that was recorded, and where the batch stood.
      team.assign { _ in }
    }

    func numbers(_ buffer: FloatBuffer) -> [Float] {
      Array(UnsafeBufferPointer(start: buffer.base, count: buffer.count))
    }
    var recording = Recording(
      losses: numbers(losses), wrongBits: numbers(wrongBits).map { Int($0) },
      outputs: numbers(rows[0]), taps: [:], tapShapes: [:])
    for (index, tap) in recorded.enumerated() {
      recording.taps[tap.name] = numbers(rows[index + 1])
      recording.tapShapes[tap.name] = program.values[tap.value].shape
    }
    return recording
  }

  private final class Work: @unchecked Sendable {
    // Unchecked: each thread writes the rows of its own sequences.
    let batch: BatchView
    let order: [Int]
    let losses: FloatBuffer
    let wrongBits: FloatBuffer
    let values: [Int]
    let rows: [FloatBuffer]
    let next = Atomic<Int>(0)

    init(
      batch: BatchView, order: [Int], losses: FloatBuffer, wrongBits: FloatBuffer,
      values: [Int], rows: [FloatBuffer]
    ) {
      self.batch = batch
      self.order = order
      self.losses = losses
      self.wrongBits = wrongBits
      self.values = values
      self.rows = rows
    }
  }

  private func process(_ work: Work, thread: Int) -> Bool {
    let first = work.next.wrappingAdd(plan.rows, ordering: .relaxed).oldValue
    guard first < work.order.count else { return false }
    let machine = machines[thread]
    work.order.withUnsafeBufferPointer { order in
      let sequences = order[first..<min(first + plan.rows, order.count)]
      machine.run(.initial, rows: sequences.count)
      for step in 0..<work.batch.lengths[sequences[first]] {
        machine.load(work.batch, sequences, step: step)
        machine.run(.step, rows: sequences.count)
        for (row, sequence) in sequences.enumerated() where step < work.batch.lengths[sequence] {
          record(work, machine, row: row, sequence: sequence, step: step)
        }
      }
    }
    return true
  }

  private func record(_ work: Work, _ machine: Machine, row: Int, sequence: Int, step: Int) {
    for (value, buffer) in zip(work.values, work.rows) {
      guard let place = plan.places[value] else { continue }
      let count = program.values[value].shape.count
      let source = machine.pointer(place, step: 0) + row * place.rowStride
      let target = buffer.base + (work.batch.starts[sequence] + step) * count
      target.update(from: source, count: count)
    }
    let (loss, wrongBits) = machine.judge(work.batch, sequence, row: row, step: step, frame: 0)
    work.losses.base[sequence] += loss
    work.wrongBits.base[sequence] += Float(wrongBits)
  }
}

/// A name that no tap of a program has.
public struct UnknownTap: Error, CustomStringConvertible {
  public let name: String
  public let known: [String]

  public var description: String {
    "no tap is named \"\(name)\"; this model has \(known.joined(separator: ", "))"
  }
}
