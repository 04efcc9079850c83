import TapeheadKernels

/// How a batch is cut up and run; the cut changes bits, the threads do not.
public struct ExecutionSettings: Sendable, Hashable {
  /// Sequences that one thread takes forward and back together.
  public var microBatch: Int
  public var threads: Int
  public var instructionSet: InstructionSet
  /// Whether training keeps only the state before every √T-th step, and computes the steps again on
  /// the way back: the same bits with less memory, in up to a third more time.
  public var recomputes: Bool

  public init(
    microBatch: Int, threads: Int, instructionSet: InstructionSet, recomputes: Bool = false
  ) {
    self.microBatch = microBatch
    self.threads = threads
    self.instructionSet = instructionSet
    self.recomputes = recomputes
  }
}

/// Computes losses and gradients of whole batches.
///
/// The batch is sorted by length and cut into micro-batches. A thread takes one of them all the way
/// forward and back; gradients are summed in the order of micro-batches, whichever thread made them,
/// so that the bits do not depend on how many threads there are. After the first batch of a size, a
/// call allocates nothing that grows with the batch.
public final class TrainingExecutor: @unchecked Sendable {
  // Unchecked: one caller at a time; within a call each thread has its own machine.
  public let program: Program
  public let plan: Plan
  public let settings: ExecutionSettings
  private let parameters: ParameterStore
  private let machines: [Machine]
  /// Weights as they are at the start of a batch.
  private let packed: FloatBuffer
  private let packing: [PreparedKernel]
  private let sum: GradientSum
  private let team: ThreadTeam
  private let work = Work()
  private var order: [Int] = []
  /// By sequence of the latest batch: its loss in nats.
  public private(set) var losses: [Float] = []
  /// By sequence of the latest batch: how many outputs lay on the wrong side of ½ where a step counts.
  public private(set) var wrongBits: [Int32] = []
  /// The loss's gradient for the latest batch's inputs, laid out as they are; empty unless the
  /// program was traced with `differentiating: .inputs`.
  public private(set) var inputGradients: [Float] = []

  /// Plans a program's training and sets memory aside for sequences of `longestSequence` steps.
  ///
  /// Longer ones make it grow.
  public init(
    _ program: Program, parameters: ParameterStore, settings: ExecutionSettings,
    longestSequence: Int
  ) {
    precondition(
      parameters.list == program.parameters, "the parameters are those of another program")
    self.program = program
    self.parameters = parameters
    self.settings = settings
    self.plan = program.trainingPlan(rows: settings.microBatch)
    let plan = plan
    let packed = FloatBuffer(count: plan.packedFloats)
    self.packed = packed
    self.packing = plan.packed.map { matrix, offset in
      let weight = program.parameters.all[matrix.parameter]
      let first = weight.offset + matrix.rows.lowerBound * weight.rowStride
      return PreparedKernel(
        matrix.transposed ? \.pack_transpose : \.pack_matrix, settings.instructionSet,
        [parameters.buffer.base + first, packed.base + offset],
        sizes: [matrix.rows.count, weight.shape.dimensions[1], weight.rowStride, plan.rows])
    }
    self.team = ThreadTeam(count: settings.threads)
    self.machines = (0..<team.count).map { _ in
      Machine(
        plan: plan, parameters: parameters.buffer, packed: packed,
        instructionSet: settings.instructionSet,
        segments: Segments(steps: longestSequence, recomputing: settings.recomputes))
    }
    self.sum = GradientSum(
      extent: program.parameters.extent, threads: team.count,
      instructionSet: settings.instructionSet)
    team.assign { [unowned self] thread in while process(thread: thread) {} }
  }

  deinit {
    team.end()
  }

  /// The threads that it works on: fewer than the settings say where the system gives no more.
  public var threads: Int { team.count }

  /// Bytes of all arenas and gradients.
  public var bytes: Int {
    machines.reduce(0) { $0 + $1.bytes } + sum.bytes + packed.bytes
  }

  /// Measures from now on how long each operation takes, which costs some 30 ns for each.
  public func measure() {
    for machine in machines { machine.measure() }
  }

  /// What was measured since `measure()`, over all threads, by kind of operation.
  public var times: [OperationTime] {
    machines.reduce(into: []) { times, machine in for time in machine.times { times.add(time) } }
  }

  /// The batch's loss in nats, summed over sequences; its gradient replaces what `gradient` held.
  public func lossAndGradient(_ batch: SequenceBatch, into gradient: ParameterStore) -> Double {
    let count = batch.count
    precondition(count > 0, "a batch has at least one sequence")
    batch.requireFit(program)
    precondition(gradient.list == parameters.list, "the gradient is one of other parameters")
    batch.sortLongestFirst(&order)
    if losses.count != count {
      losses = Array(repeating: 0, count: count)
      wrongBits = Array(repeating: 0, count: count)
    }
    if program.inputCotangent != nil, inputGradients.count != batch.inputs.count {
      inputGradients = Array(repeating: 0, count: batch.inputs.count)
    }
    for weight in packing { weight.run() }
    let chunks = (count + plan.rows - 1) / plan.rows
    losses.withUnsafeMutableBufferPointer { losses in
      wrongBits.withUnsafeMutableBufferPointer { wrongBits in
        inputGradients.withUnsafeMutableBufferPointer { inputGradients in
          order.withUnsafeBufferPointer { order in
            batch.withView { batch in
              work.begin(
                batch, order: order, losses: losses, wrongBits: wrongBits,
                inputGradients: inputGradients)
              sum.begin(chunks: chunks, into: gradient.buffer)
              if chunks == 1 || machines.count == 1 {
                for _ in 0..<chunks { process(thread: 0) }
              } else {
                team.run()
              }
            }
          }
        }
      }
    }
    return losses.reduce(0.0) { $0 + Double($1) }
  }

  /// One batch's work, shared by the threads.
  private final class Work {
    private(set) var batch = BatchView.none
    private(set) var order = UnsafeBufferPointer<Int>(start: nil, count: 0)
    private(set) var losses = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)
    private(set) var wrongBits = UnsafeMutableBufferPointer<Int32>(start: nil, count: 0)
    private(set) var inputGradients = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

    func begin(
      _ batch: BatchView, order: UnsafeBufferPointer<Int>,
      losses: UnsafeMutableBufferPointer<Float>, wrongBits: UnsafeMutableBufferPointer<Int32>,
      inputGradients: UnsafeMutableBufferPointer<Float>
    ) {
      self.batch = batch
      self.order = order
      self.losses = losses
      self.wrongBits = wrongBits
      self.inputGradients = inputGradients
    }
  }

  /// Takes the next micro-batch forward and back; false if there was none left.
  @discardableResult
  private func process(thread: Int) -> Bool {
    guard let share = sum.take(thread: thread) else { return false }
    let first = share.chunk * plan.rows
    let sequences = work.order[first..<min(first + plan.rows, work.order.count)]
    let machine = machines[thread]
    let rows = sequences.count
    let steps = work.batch.lengths[sequences[first]]
    let segments = Segments(steps: steps, recomputing: settings.recomputes)
    machine.reserve(segments)
    for sequence in sequences {
      work.losses[sequence] = 0
      work.wrongBits[sequence] = 0
    }

    machine.run(.initial, rows: rows)
    if segments.count > 1 { machine.keepFirstState() }
    for index in 0..<segments.count {
      let segment = segments[index]
      if index > 0 { machine.restoreState(before: index) }
      machine.goForward(work.batch, sequences, segment)
      for (frame, step) in segment.enumerated() {
        judge(machine, sequences, work, step: step, frame: frame)
      }
      if index + 1 < segments.count {
        machine.keepState(before: index + 1, leftIn: segment.count - 1)
      }
    }

    machine.clearCotangents()
    for index in (0..<segments.count).reversed() {
      let segment = segments[index]
      let isLast = index + 1 == segments.count
      if !isLast {
        machine.restoreState(before: index)
        machine.goForward(work.batch, sequences, segment)
      }
      machine.run(.stepBack, steps: segment.count, rows: rows)
      for (frame, step) in segment.enumerated() {
        keepInputGradients(machine, sequences, work, step: step, frame: frame)
      }
      machine.runTails(ofSteps: segment.count, isLast: isLast, rows: rows, into: share.gradient)
    }
    machine.run(.initialBack, rows: rows)
    machine.runInitialTails(rows: rows, into: share.gradient)
    sum.leave(share)
    return true
  }

  /// Adds a step's losses and wrong bits to those of the sequences.
  private func judge(
    _ machine: Machine, _ sequences: Slice<UnsafeBufferPointer<Int>>, _ work: Work, step: Int,
    frame: Int
  ) {
    for (row, sequence) in sequences.enumerated() where step < work.batch.lengths[sequence] {
      let (loss, wrongBits) = machine.judge(
        work.batch, sequence, row: row, step: step, frame: frame)
      work.losses[sequence] += loss
      work.wrongBits[sequence] += Int32(wrongBits)
    }
  }

  /// Copies what a step back has made of the gradient for the inputs of its step.
  private func keepInputGradients(
    _ machine: Machine, _ sequences: Slice<UnsafeBufferPointer<Int>>, _ work: Work, step: Int,
    frame: Int
  ) {
    guard let base = work.inputGradients.baseAddress,
      let place = program.inputCotangent.flatMap({ plan.places[$0] })
    else { return }
    let source = machine.pointer(place, step: frame)
    let count = work.batch.inputSize
    for (row, sequence) in sequences.enumerated() where step < work.batch.lengths[sequence] {
      let target = base + (work.batch.starts[sequence] + step) * count
      target.update(from: source + row * place.rowStride, count: count)
    }
  }

  /// Looks for the first value that is not finite, or beyond ± a limit, with the parameters as they are; slow.
  public func firstNonFinite(
    in batch: SequenceBatch, beyond limit: Float = .greatestFiniteMagnitude
  ) -> NonFiniteValue? {
    batch.requireFit(program)
    for weight in packing { weight.run() }
    batch.sortLongestFirst(&order)
    return order.withUnsafeBufferPointer { order in
      batch.withView { batch in
        for first in stride(from: 0, to: order.count, by: plan.rows) {
          let sequences = order[first..<min(first + plan.rows, order.count)]
          if let found = machines[0].firstValue(
            beyond: limit, batch, sequences, recomputing: settings.recomputes)
          {
            return found
          }
        }
        return nil
      }
    }
  }
}
