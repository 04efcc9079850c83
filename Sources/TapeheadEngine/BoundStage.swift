import TapeheadKernels

/// The instructions of one stage of a section with the places of their operands, ready to run for any step.
final class BoundStage {
  /// Among those of the section.
  let instructions: Range<Int>
  let takesAllSteps: Bool
  private let bound: UnsafeMutablePointer<th_instruction>
  private let starts: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  private let steps: UnsafeMutablePointer<Int64>
  private let strides: UnsafeMutablePointer<Int32>
  private let sizes: UnsafeMutablePointer<Int32>
  private let constants: UnsafeMutablePointer<Float>
  private var count: Int { instructions.count }
  /// By instruction: the seconds that it took in all, if that is measured.
  private(set) var seconds: UnsafeMutablePointer<Double>?
  /// How often each was called, and for how many rows of steps in all.
  private(set) var runs = 0
  private(set) var rows = 0

  init(
    _ stage: Plan.Stage, in section: Trace.Section, of plan: Plan,
    kernels: UnsafePointer<th_kernel_table>,
    start: (Plan.Place) -> UnsafeMutablePointer<Float>
  ) {
    self.instructions = stage.instructions
    self.takesAllSteps = stage.takesAllSteps
    let part = Array(plan.instructions(section)[stage.instructions])
    bound = .allocate(capacity: part.count)
    let operands = part.reduce(0) { $0 + $1.operands.count }
    starts = .allocate(capacity: operands)
    steps = .allocate(capacity: operands)
    strides = .allocate(capacity: operands)
    sizes = .allocate(capacity: part.reduce(0) { $0 + $1.call.sizes.count })
    constants = .allocate(capacity: part.reduce(0) { $0 + $1.call.constants.count })
    let together = RowOrder.together(part, rows: plan.rows, in: plan.program)
    var (operand, nextSize, nextConstant) = (0, sizes, constants)
    for (index, instruction) in part.enumerated() {
      precondition(instruction.operands.count <= TH_MOST_OPERANDS)
      (bound + index).initialize(
        to: th_instruction(
          kernel: kernels.pointee[keyPath: instruction.call.kernel], start: starts + operand,
          step: steps + operand, row: strides + operand, size: nextSize, constant: nextConstant,
          operands: Int32(instruction.operands.count),
          accumulate: instruction.accumulate, together: together[index] ? 1 : 0))
      for place in instruction.operands {
        let step = place.region == .frame ? plan.frameFloats : 0
        (starts + operand).initialize(to: start(place))
        (steps + operand).initialize(to: Int64(step))
        (strides + operand).initialize(to: Int32(place.rowStride))
        operand += 1
      }
      for size in instruction.call.sizes {
        nextSize.initialize(to: Int32(size))
        nextSize += 1
      }
      for constant in instruction.call.constants {
        nextConstant.initialize(to: constant)
        nextConstant += 1
      }
    }
  }

  deinit {
    bound.deallocate()
    starts.deallocate()
    steps.deallocate()
    strides.deallocate()
    sizes.deallocate()
    constants.deallocate()
    seconds?.deallocate()
  }

  /// Runs all instructions for one step.
  func run(step: Int, rows: Int) {
    runs += 1
    self.rows += rows
    th_run(bound, Int32(count), Int64(step), Int32(rows), seconds)
  }

  /// Runs every instruction for several steps in one call.
  func run(steps: Range<Int>, rows: Int) {
    runs += 1
    self.rows += rows * steps.count
    th_run_steps(
      bound, Int32(count), Int64(steps.lowerBound), Int32(steps.count), Int32(rows), seconds)
  }

  /// Runs one instruction of the section for one step.
  func run(instruction: Int, step: Int, rows: Int) {
    th_run(bound + (instruction - instructions.lowerBound), 1, Int64(step), Int32(rows), nil)
  }

  /// Measures from now on how long each instruction takes.
  func measure() {
    if seconds == nil { seconds = .allocate(capacity: max(count, 1)) }
    seconds?.initialize(repeating: 0, count: max(count, 1))
    (runs, rows) = (0, 0)
  }
}
