import TapeheadKernels

// One thread's copy of a plan: an arena, and every instruction with its pointers.

/// The instructions of one section, ready to run for any step.
private struct BoundSection {
  private struct Operand {
    /// Where the operand stands at step 0.
    let pointer: UnsafeMutablePointer<Float>
    /// Floats to where it stands one step later.
    let stepFloats: Int
  }

  private struct Instruction {
    let kernel: th_kernel
    let firstOperand: Int
    let operandCount: Int
    let firstSize: Int
    let firstConstant: Int
    let accumulate: UInt32
  }

  private var instructions: [Instruction] = []
  private var operands: [Operand] = []
  private var strides: [Int32] = []
  private var sizes: [Int32] = []
  private var constants: [Float] = []
  private let kernels: UnsafePointer<th_kernel_table>
  static let mostOperands = 16

  init(kernels: UnsafePointer<th_kernel_table>) {
    self.kernels = kernels
  }

  mutating func append(
    _ instruction: Plan.Instruction, at place: (Plan.Place) -> UnsafeMutablePointer<Float>,
    frameFloats: Int
  ) {
    precondition(instruction.operands.count <= Self.mostOperands)
    instructions.append(
      Instruction(
        kernel: kernels.pointee[keyPath: instruction.call.kernel],
        firstOperand: operands.count, operandCount: instruction.operands.count,
        firstSize: sizes.count, firstConstant: constants.count,
        accumulate: instruction.accumulate))
    for operand in instruction.operands {
      operands.append(
        Operand(pointer: place(operand), stepFloats: operand.region == .frame ? frameFloats : 0))
      strides.append(Int32(operand.rowStride))
    }
    sizes.append(contentsOf: instruction.call.sizes.map { Int32($0) } + [0])
    constants.append(contentsOf: instruction.call.constants + [0])
  }

  /// Runs all instructions, or those of a range, for one step.
  func run(_ range: Range<Int>? = nil, step: Int, rows: Int) {
    withUnsafeTemporaryAllocation(
      of: UnsafeMutablePointer<Float>?.self, capacity: Self.mostOperands
    ) { pointers in
      guard let target = pointers.baseAddress else { return }
      instructions.withUnsafeBufferPointer { instructions in
        operands.withUnsafeBufferPointer { operands in
          strides.withUnsafeBufferPointer { strides in
            sizes.withUnsafeBufferPointer { sizes in
              constants.withUnsafeBufferPointer { constants in
                guard let stride = strides.baseAddress, let size = sizes.baseAddress,
                  let constant = constants.baseAddress
                else { return }
                for index in range ?? instructions.indices {
                  let instruction = instructions[index]
                  for number in 0..<instruction.operandCount {
                    let operand = operands[instruction.firstOperand + number]
                    target[number] = operand.pointer + step * operand.stepFloats
                  }
                  var call = th_call(
                    operand: target, stride: stride + instruction.firstOperand,
                    size: size + instruction.firstSize,
                    constant: constant + instruction.firstConstant, rows: Int32(rows),
                    accumulate: instruction.accumulate)
                  instruction.kernel(&call)
                }
              }
            }
          }
        }
      }
    }
  }
}

/// A plan with memory: runs sections of the program for a micro-batch.
final class Machine {
  let plan: Plan
  private let kernels: UnsafePointer<th_kernel_table>
  private let instructionSet: InstructionSet
  private let parameters: FloatBuffer
  private let constants: FloatBuffer
  private var arena: FloatBuffer
  private var sections: [BoundSection] = []
  private var tails: [BoundTail] = []
  /// Parameters that no tail works on.
  private var untouched: [(offset: Int, count: Int)] = []
  /// Steps that the arena has frames for.
  private(set) var capacity: Int

  init(plan: Plan, parameters: FloatBuffer, instructionSet: InstructionSet, steps: Int) {
    self.plan = plan
    self.kernels = instructionSet.kernels
    self.instructionSet = instructionSet
    self.parameters = parameters
    self.capacity = steps
    self.constants = FloatBuffer(count: plan.constantFloats)
    for (offset, numbers) in zip(plan.constantOffsets, plan.program.constants) {
      for (index, number) in numbers.enumerated() { constants.base[offset + index] = number }
    }
    self.arena = FloatBuffer(count: plan.arenaBytes(steps: steps) / 4)
    bind()
  }

  var bytes: Int { arena.bytes + constants.bytes }

  /// Makes room for longer sequences; what the arena held is lost.
  func reserve(steps: Int) {
    guard steps > capacity else { return }
    capacity = steps
    arena = FloatBuffer(count: plan.arenaBytes(steps: steps) / 4)
    bind()
  }

  private func bind() {
    sections = Trace.Section.allCases.map { section in
      var bound = BoundSection(kernels: kernels)
      for instruction in plan.instructions(section) {
        bound.append(
          instruction, at: { self.pointer($0, step: 0) }, frameFloats: plan.frameFloats)
      }
      return bound
    }
    bindTails()
  }

  /// Where the first sequence's numbers of a place stand at a step.
  func pointer(_ place: Plan.Place, step: Int) -> UnsafeMutablePointer<Float> {
    let start =
      switch place.region {
      case .parameters: parameters.base
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

  /// Runs one instruction; what looks for the first value that is not finite needs it.
  func run(_ section: Trace.Section, instruction: Int, step: Int, rows: Int) {
    sections[section.rawValue].run(instruction..<(instruction + 1), step: step, rows: rows)
  }

  /// Sets a place to zero for all rows.
  func clear(_ place: Plan.Place) {
    pointer(place, step: 0).update(repeating: 0, count: place.rowStride * plan.rows)
  }

  /// Copies a step's input, targets and weight of each row's sequence; zeros after a sequence's end.
  func load(_ batch: SequenceBatch, _ sequences: Slice<UnsafeBufferPointer<Int>>, step: Int) {
    load(plan.program.input, batch.inputs, batch.inputSize, batch, sequences, step: step)
    load(plan.program.targets, batch.targets, batch.targetSize, batch, sequences, step: step)
    load(plan.program.weight, batch.weights, 1, batch, sequences, step: step)
  }

  private func load(
    _ value: Int, _ source: [Float], _ count: Int, _ batch: SequenceBatch,
    _ sequences: Slice<UnsafeBufferPointer<Int>>, step: Int
  ) {
    guard let place = plan.places[value] else { return }
    let target = pointer(place, step: step)
    source.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      for (row, sequence) in sequences.enumerated() {
        let row = target + row * place.rowStride
        if step < batch.lengths[sequence] {
          row.update(from: base + (batch.starts[sequence] + step) * count, count: count)
        } else {
          row.update(repeating: 0, count: count)
        }
      }
    }
  }

  /// Makes a gradient of what waited until after the last step back; it is zero where nothing did.
  func runTails(steps: Int, rows: Int, into gradient: FloatBuffer) {
    for tail in tails {
      tail.kernel.set(operand: tail.target, gradient.base + tail.offset)
      tail.kernel.set(size: tail.stepsSize, tail.everyStep ? steps : 1)
      tail.kernel.run(rows: rows, accumulate: !tail.first)
    }
    for (offset, count) in untouched {
      (gradient.base + offset).update(repeating: 0, count: count)
    }
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
        everyStep: tail.everyStep, first: first)
    }
    let kernel = PreparedKernel(
      \.linear_weight_gradient, instructionSet, [pointer(x, step: 0), dy, dy],
      strides: [x.rowStride, tail.dy.rowStride, 0],
      sizes: parameter.shape.dimensions + [
        parameter.rowStride, 1, stepFloats(x), stepFloats(tail.dy),
      ])
    return BoundTail(
      kernel: kernel, target: 2, stepsSize: 3, offset: parameter.offset,
      everyStep: tail.everyStep, first: first)
  }

  private func bindTails() {
    var touched: Set<Int> = []
    tails = plan.tails.map { bind($0, first: touched.insert($0.parameter).inserted) }
    untouched = plan.program.parameters.all.filter { !touched.contains($0.index) }
      .map { ($0.offset, $0.extent) }
  }
}
