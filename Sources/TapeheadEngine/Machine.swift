import TapeheadKernels

/// A plan with memory: runs sections of the program for a micro-batch.
final class Machine {
  let plan: Plan
  private let kernels: UnsafePointer<th_kernel_table>
  private let instructionSet: InstructionSet
  private let parameters: FloatBuffer
  private let packed: FloatBuffer
  private let constants: FloatBuffer
  private var arena: FloatBuffer
  private let inputPlace: Plan.Place?
  private let targetPlace: Plan.Place?
  private let weightPlace: Plan.Place?
  private let outputPlace: Plan.Place?
  private let lossPlace: Plan.Place?
  private let hasTargetForEachOutput: Bool
  /// By section: its stages.
  private var stages: [[BoundStage]] = []
  private var isMeasured = false
  private var tails: [BoundTail] = []
  /// Parameters that no tail works on.
  private var untouched: [(offset: Int, count: Int)] = []
  /// Steps that the arena has frames for, and segments whose states it keeps.
  private var capacity: (steps: Int, segments: Int)

  /// `packed` holds the plan's packed weights, for all machines of an executor.
  init(
    plan: Plan, parameters: FloatBuffer, packed: FloatBuffer, instructionSet: InstructionSet,
    segments: Segments
  ) {
    self.plan = plan
    self.packed = packed
    let program = plan.program
    self.inputPlace = plan.places[program.input]
    self.targetPlace = plan.places[program.targets]
    self.weightPlace = plan.places[program.weight]
    self.outputPlace = plan.places[program.output]
    self.lossPlace = plan.places[program.loss]
    self.hasTargetForEachOutput =
      program.values[program.output].shape.count == program.values[program.targets].shape.count
    self.kernels = instructionSet.kernels
    self.instructionSet = instructionSet
    self.parameters = parameters
    self.capacity = (segments.length, segments.count)
    self.constants = FloatBuffer(count: plan.constantFloats)
    for (offset, numbers) in zip(plan.constantOffsets, plan.program.constants) {
      for (index, number) in numbers.enumerated() { constants.base[offset + index] = number }
    }
    self.arena = FloatBuffer(count: plan.arenaBytes(segments) / 4)
    bind()
  }

  /// A machine that keeps all steps.
  convenience init(
    plan: Plan, parameters: FloatBuffer, instructionSet: InstructionSet, steps: Int
  ) {
    self.init(
      plan: plan, parameters: parameters, packed: FloatBuffer(count: plan.packedFloats),
      instructionSet: instructionSet, segments: Segments(steps: steps, recomputing: false))
  }

  var bytes: Int { arena.bytes + constants.bytes }

  /// Makes room for longer sequences; what the arena held is lost.
  func reserve(_ segments: Segments) {
    guard segments.length > capacity.steps || segments.count > capacity.segments else { return }
    capacity = (max(segments.length, capacity.steps), max(segments.count, capacity.segments))
    let room = Segments(steps: capacity.steps * capacity.segments, length: capacity.steps)
    arena = FloatBuffer(count: plan.arenaBytes(room) / 4)
    bind()
  }

  private func bind() {
    stages = Trace.Section.allCases.map { section in
      plan.stages[section.rawValue].map { stage in
        BoundStage(stage, in: section, of: plan, kernels: kernels) { pointer($0, step: 0) }
      }
    }
    bindTails()
  }

  /// Where the first sequence's numbers of a place stand at a step.
  func pointer(_ place: Plan.Place, step: Int) -> UnsafeMutablePointer<Float> {
    let start =
      switch place.region {
      case .parameters: parameters.base
      case .packed: packed.base
      case .constants: constants.base
      case .once: arena.base
      case .scratch: arena.base + plan.onceFloats
      case .frame:
        arena.base + plan.onceFloats + plan.scratchFloats + (step + place.shift) * plan.frameFloats
      }
    return start + place.offset
  }

  /// Where the first sequence's numbers of a value stand at a step.
  func pointer(_ value: Int, step: Int) -> UnsafeMutablePointer<Float>? {
    plan.places[value].map { pointer($0, step: step) }
  }

  /// Runs a section for the first `steps` steps that the arena has frames for: steps back from the last one on.
  ///
  /// Stages take turns after so many steps that a product has rows enough, and what one has made for the next is
  /// still in the cache.
  func run(_ section: Trace.Section, steps: Int = 1, rows: Int) {
    let stages = stages[section.rawValue]
    let length = stages.count > 1 ? max(1, Self.rowsOfProducts / rows) : steps
    let blocks = Segments(steps: steps, length: length)
    for index in 0..<blocks.count {
      let block = blocks[section == .stepBack ? blocks.count - 1 - index : index]
      for stage in stages {
        if stage.takesAllSteps {
          stage.run(steps: block, rows: rows)
        } else if section == .stepBack {
          for step in block.reversed() { stage.run(step: step, rows: rows) }
        } else {
          for step in block { stage.run(step: step, rows: rows) }
        }
      }
    }
  }

  /// Rows that make a product worth while for several steps at once.
  private static let rowsOfProducts = 256

  /// Measures from now on how long each operation takes.
  func measure() {
    for stage in stages.joined() { stage.measure() }
    for index in tails.indices { tails[index].time = (0, 0, 0) }
    isMeasured = true
  }

  /// What was measured since `measure()`, by kind of operation.
  var times: [OperationTime] {
    var times: [OperationTime] = []
    for (section, stages) in zip(Trace.Section.allCases, stages) {
      for stage in stages {
        guard let seconds = stage.seconds else { continue }
        for (index, instruction) in plan.instructions(section)[stage.instructions].enumerated() {
          let call = instruction.call
          let products = call.sharesMatrix ? 2.0 * Double(call.sizes[0] * call.sizes[1]) : 0
          let name = instruction.node.map { plan.program.nodes[$0].operation.name } ?? "copy"
          times.add(
            OperationTime(
              operation: name + (stage.takesAllSteps ? ", all steps" : ""),
              backward: section == .stepBack || section == .initialBack, calls: stage.runs,
              seconds: seconds[index], productOperations: products * Double(stage.rows)))
        }
      }
    }
    for tail in tails where tail.time.calls > 0 {
      times.add(
        OperationTime(
          operation: tail.name, backward: true, calls: tail.time.calls,
          seconds: tail.time.seconds, productOperations: tail.time.products))
    }
    return times
  }

  /// Runs one instruction; what looks for the first value that is not finite needs it.
  func run(_ section: Trace.Section, instruction: Int, step: Int, rows: Int) {
    for stage in stages[section.rawValue] where stage.instructions.contains(instruction) {
      stage.run(instruction: instruction, step: step, rows: rows)
    }
  }

  /// After the last step there is nothing that its state's cotangents could come from.
  func clearCotangents() {
    forEachRow(of: plan.cotangentPlaces, frame: 0) { $0.update(repeating: 0, count: $1) }
  }

  /// Copies a step's input, targets and weight of each row's sequence to a frame, that of the step unless
  /// said otherwise; zeros after a sequence's end.
  func load(
    _ batch: BatchView, _ sequences: Slice<UnsafeBufferPointer<Int>>, step: Int, frame: Int? = nil
  ) {
    let frame = frame ?? step
    load(inputPlace, batch.inputs, batch.inputSize, batch, sequences, step, frame)
    load(targetPlace, batch.targets, batch.targetSize, batch, sequences, step, frame)
    load(weightPlace, batch.weights, 1, batch, sequences, step, frame)
  }

  /// Fills the frames of a segment's steps.
  func goForward(
    _ batch: BatchView, _ sequences: Slice<UnsafeBufferPointer<Int>>, _ segment: Range<Int>
  ) {
    for (frame, step) in segment.enumerated() {
      load(batch, sequences, step: step, frame: frame)
    }
    run(.step, steps: segment.count, rows: sequences.count)
  }

  private func load(
    _ place: Plan.Place?, _ source: UnsafeBufferPointer<Float>, _ count: Int, _ batch: BatchView,
    _ sequences: Slice<UnsafeBufferPointer<Int>>, _ step: Int, _ frame: Int
  ) {
    guard let place, let base = source.baseAddress else { return }
    var row = pointer(place, step: frame)
    for sequence in sequences {
      if step < batch.lengths[sequence] {
        row.update(from: base + (batch.starts[sequence] + step) * count, count: count)
      } else {
        row.update(repeating: 0, count: count)
      }
      row += place.rowStride
    }
  }

  /// The loss of a sequence's step, in nats, and how many of its outputs lie on the wrong side of ½: none where
  /// there is not an output for each target.
  func judge(
    _ batch: BatchView, _ sequence: Int, row: Int, step: Int, frame: Int
  ) -> (loss: Float, wrongBits: Int) {
    guard let lossPlace, let outputPlace else { return (0, 0) }
    let loss = pointer(lossPlace, step: frame)[row * lossPlace.rowStride]
    guard hasTargetForEachOutput else { return (loss, 0) }
    let logits = pointer(outputPlace, step: frame) + row * outputPlace.rowStride
    return (loss, batch.wrongBits(logits, at: batch.starts[sequence] + step))
  }

  /// Adds to a gradient what waited until after the steps of a segment were taken back.
  ///
  /// The last segment, which comes first, replaces what the gradient held.
  func runTails(ofSteps steps: Int, isLast: Bool, rows: Int, into gradient: FloatBuffer) {
    for index in tails.indices where tails[index].everyStep {
      run(index, steps: steps, rows: rows, into: gradient, adding: !isLast)
    }
  }

  /// Adds what waited until after the first state was taken back; a gradient is zero where nothing did.
  func runInitialTails(rows: Int, into gradient: FloatBuffer) {
    for index in tails.indices where !tails[index].everyStep {
      run(index, steps: 1, rows: rows, into: gradient, adding: false)
    }
    for (offset, count) in untouched {
      (gradient.base + offset).update(repeating: 0, count: count)
    }
  }

  private func run(
    _ index: Int, steps: Int, rows: Int, into gradient: FloatBuffer, adding: Bool
  ) {
    let tail = tails[index]
    let start = isMeasured ? ContinuousClock.now : nil
    defer {
      if let start {
        tails[index].time.calls += 1
        tails[index].time.seconds += (ContinuousClock.now - start).inSeconds
        tails[index].time.products += tail.productOperations * Double(steps * rows)
      }
    }
    tail.kernel.set(operand: tail.target, gradient.base + tail.offset)
    tail.kernel.set(size: tail.stepsSize, steps)
    tail.kernel.run(rows: rows, accumulate: adding || !tail.first)
  }

  /// Keeps the state before the first step.
  func keepFirstState() { keep(plan.entryPlaces, frame: 0, segment: 0) }

  /// Keeps the state before a segment, which the step of a frame has left.
  func keepState(before segment: Int, leftIn frame: Int) {
    keep(plan.finalPlaces, frame: frame, segment: segment)
  }

  private func keep(_ places: [Plan.Place], frame: Int, segment: Int) {
    var target = keptState(segment)
    forEachRow(of: places, frame: frame) { source, count in
      target.update(from: source, count: count)
      target += count
    }
  }

  /// Puts the state before a segment where its first step finds it.
  func restoreState(before segment: Int) {
    var source = keptState(segment)
    forEachRow(of: plan.entryPlaces, frame: 0) { target, count in
      target.update(from: source, count: count)
      source += count
    }
  }

  /// Gives where the numbers of each row of each state stand, and how many they are.
  private func forEachRow(
    of places: [Plan.Place?], frame: Int, _ body: (UnsafeMutablePointer<Float>, Int) -> Void
  ) {
    for (state, place) in zip(plan.program.states, places) {
      guard let place else { continue }
      let start = pointer(place, step: frame)
      for row in 0..<plan.rows { body(start + row * place.rowStride, state.shape.count) }
    }
  }

  /// Kept states stand behind all frames.
  private func keptState(_ segment: Int) -> UnsafeMutablePointer<Float> {
    let frames = (capacity.steps + 1) * plan.frameFloats
    return arena.base + plan.onceFloats + plan.scratchFloats + frames + segment * plan.stateFloats
  }

  /// A tail's kernel, with what changes from run to run: the gradient that it adds to, and the steps.
  private struct BoundTail {
    let kernel: PreparedKernel
    let target: Int
    let stepsSize: Int
    /// Where its parameter stands in a gradient.
    let offset: Int
    let everyStep: Bool
    /// Whether it is the first work on its parameter, which overwrites what a gradient held.
    let first: Bool
    /// Multiplications and additions for a row of a step.
    let productOperations: Double
    var time: (calls: Int, seconds: Double, products: Double) = (0, 0, 0)

    var name: String { productOperations > 0 ? "weight gradient" : "bias gradient" }
  }

  private func bind(_ tail: Plan.Tail, first: Bool) -> BoundTail {
    let parameter = plan.program.parameters.all[tail.parameter]
    let dy = pointer(tail.dy, step: 0)
    func stepFloats(_ place: Plan.Place) -> Int { place.region == .frame ? plan.frameFloats : 0 }
    guard let x = tail.x else {
      let kernel = PreparedKernel(
        \.row_sum, instructionSet, [dy, dy], strides: [tail.dy.rowStride, 0],
        sizes: [tail.dyCount, 1, stepFloats(tail.dy)])
      return BoundTail(
        kernel: kernel, target: 1, stepsSize: 1, offset: parameter.offset,
        everyStep: tail.everyStep, first: first, productOperations: 0)
    }
    let kernel = PreparedKernel(
      \.linear_weight_gradient, instructionSet, [pointer(x, step: 0), dy, dy],
      strides: [x.rowStride, tail.dy.rowStride, 0],
      sizes: [
        tail.xCount, tail.dyCount, parameter.rowStride, 1, stepFloats(x), stepFloats(tail.dy),
      ])
    return BoundTail(
      kernel: kernel, target: 2, stepsSize: 3,
      offset: parameter.offset + tail.row * parameter.rowStride, everyStep: tail.everyStep,
      first: first, productOperations: 2 * Double(tail.xCount * tail.dyCount))
  }

  private func bindTails() {
    // By parameter: the rows, or all, that some work has replaced.
    var touched: [Int: Set<Range<Int>>] = [:]
    // Those of steps run before those of the first state.
    let ordered = plan.tails.filter(\.everyStep) + plan.tails.filter { !$0.everyStep }
    tails = ordered.map { tail in
      let rows = tail.row..<(tail.row + tail.xCount)
      let earlier = touched[tail.parameter] ?? []
      precondition(
        earlier.allSatisfy { $0 == rows || !$0.overlaps(rows) }, "rows are whole shares")
      return bind(tail, first: touched[tail.parameter, default: []].insert(rows).inserted)
    }
    untouched = plan.program.parameters.all.filter { touched[$0.index] == nil }
      .map { ($0.offset, $0.extent) }
  }
}
