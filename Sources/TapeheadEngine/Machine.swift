import TapeheadKernels

/// A plan with memory: runs sections of the program for a micro-batch.
final class Machine {
  let plan: Plan
  private let kernels: UnsafePointer<th_kernel_table>
  private let instructionSet: InstructionSet
  private let parameters: FloatBuffer
  private let transposed: FloatBuffer
  private let constants: FloatBuffer
  private var arena: FloatBuffer
  private let inputPlace: Plan.Place?
  private let targetPlace: Plan.Place?
  private let weightPlace: Plan.Place?
  let outputPlace: Plan.Place?
  let lossPlace: Plan.Place?
  private var sections: [BoundSection] = []
  private var isMeasured = false
  private var tails: [BoundTail] = []
  /// Parameters that no tail works on.
  private var untouched: [(offset: Int, count: Int)] = []
  /// Steps that the arena has frames for, and segments whose states it keeps.
  private var capacity: (steps: Int, segments: Int)

  /// `transposed` holds the transposes of the plan's weights, for all machines of an executor.
  init(
    plan: Plan, parameters: FloatBuffer, transposed: FloatBuffer, instructionSet: InstructionSet,
    segments: Segments
  ) {
    self.plan = plan
    self.transposed = transposed
    let program = plan.program
    self.inputPlace = plan.places[program.input]
    self.targetPlace = plan.places[program.targets]
    self.weightPlace = plan.places[program.weight]
    self.outputPlace = plan.places[program.output]
    self.lossPlace = plan.places[program.loss]
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
      plan: plan, parameters: parameters, transposed: FloatBuffer(count: plan.transposedFloats),
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
    sections = Trace.Section.allCases.map { section in
      BoundSection(
        plan.instructions(section), of: plan.program, rows: plan.rows, kernels: kernels
      ) { place in
        let step = place.region == .frame ? plan.frameFloats : 0
        return th_operand(
          start: pointer(place, step: 0), step: Int64(step), row: Int32(place.rowStride))
      }
    }
    bindTails()
  }

  /// Where the first sequence's numbers of a place stand at a step.
  func pointer(_ place: Plan.Place, step: Int) -> UnsafeMutablePointer<Float> {
    let start =
      switch place.region {
      case .parameters: parameters.base
      case .transposed: transposed.base
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

  func run(_ section: Trace.Section, step: Int, rows: Int) {
    sections[section.rawValue].run(step: step, rows: rows)
  }

  /// Measures from now on how long each operation takes.
  func measure() {
    for section in sections { section.measure() }
    for index in tails.indices { tails[index].time = (0, 0, 0) }
    isMeasured = true
  }

  /// What was measured since `measure()`, by kind of operation.
  var times: [OperationTime] {
    var times: [OperationTime] = []
    for section in Trace.Section.allCases {
      let bound = sections[section.rawValue]
      guard let seconds = bound.seconds else { continue }
      for (index, instruction) in plan.instructions(section).enumerated() {
        let call = instruction.call
        let products = call.sharesMatrix ? 2.0 * Double(call.sizes[0] * call.sizes[1]) : 0
        times.add(
          OperationTime(
            operation: instruction.node.map { plan.program.nodes[$0].operation.name } ?? "copy",
            backward: section == .stepBack || section == .initialBack, calls: bound.steps,
            seconds: seconds[index], productOperations: products * Double(bound.rows)))
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
    sections[section.rawValue].run(instruction..<(instruction + 1), step: step, rows: rows)
  }

  /// Sets a place to zero for all rows.
  func clear(_ place: Plan.Place) {
    pointer(place, step: 0).update(repeating: 0, count: place.rowStride * plan.rows)
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
    for place in places {
      let count = place.rowStride * plan.rows
      target.update(from: pointer(place, step: frame), count: count)
      target += count
    }
  }

  /// Puts the state before a segment where its first step finds it.
  func restoreState(before segment: Int) {
    var source = keptState(segment)
    for place in plan.entryPlaces {
      let count = place.rowStride * plan.rows
      pointer(place, step: 0).update(from: source, count: count)
      source += count
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
      sizes: parameter.shape.dimensions + [
        parameter.rowStride, 1, stepFloats(x), stepFloats(tail.dy),
      ])
    return BoundTail(
      kernel: kernel, target: 2, stepsSize: 3, offset: parameter.offset,
      everyStep: tail.everyStep, first: first,
      productOperations: 2 * Double(parameter.shape.count))
  }

  private func bindTails() {
    var touched: Set<Int> = []
    // Those of steps run before those of the first state.
    let ordered = plan.tails.filter(\.everyStep) + plan.tails.filter { !$0.everyStep }
    tails = ordered.map { bind($0, first: touched.insert($0.parameter).inserted) }
    untouched = plan.program.parameters.all.filter { !touched.contains($0.index) }
      .map { ($0.offset, $0.extent) }
  }
}
