import TapeheadKernels

/// The instructions of one section with the places of their operands, ready to run for any step.
final class BoundSection {
  private let instructions: UnsafeMutablePointer<th_instruction>
  private let operands: UnsafeMutablePointer<th_operand>
  private let sizes: UnsafeMutablePointer<Int32>
  private let constants: UnsafeMutablePointer<Float>
  let count: Int
  /// By instruction: the seconds that it took in all, if that is measured.
  private(set) var seconds: UnsafeMutablePointer<Double>?
  /// Steps that were run, and rows of them all.
  private(set) var steps = 0
  private(set) var rows = 0

  init(
    _ plan: [Plan.Instruction], of program: Program, rows: Int,
    kernels: UnsafePointer<th_kernel_table>, operand: (Plan.Place) -> th_operand
  ) {
    count = plan.count
    instructions = .allocate(capacity: plan.count)
    operands = .allocate(capacity: plan.reduce(0) { $0 + $1.operands.count })
    sizes = .allocate(capacity: plan.reduce(0) { $0 + $1.call.sizes.count })
    constants = .allocate(capacity: plan.reduce(0) { $0 + $1.call.constants.count })
    let together = RowOrder.together(plan, rows: rows, in: program)
    var (nextOperand, nextSize, nextConstant) = (operands, sizes, constants)
    for (index, instruction) in plan.enumerated() {
      precondition(instruction.operands.count <= TH_MOST_OPERANDS)
      (instructions + index).initialize(
        to: th_instruction(
          kernel: kernels.pointee[keyPath: instruction.call.kernel], operand: nextOperand,
          size: nextSize, constant: nextConstant, operands: Int32(instruction.operands.count),
          accumulate: instruction.accumulate, together: together[index] ? 1 : 0))
      for place in instruction.operands {
        nextOperand.initialize(to: operand(place))
        nextOperand += 1
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
    instructions.deallocate()
    operands.deallocate()
    sizes.deallocate()
    constants.deallocate()
    seconds?.deallocate()
  }

  /// Runs all instructions, or those of a range, for one step.
  func run(_ range: Range<Int>? = nil, step: Int, rows: Int) {
    let range = range ?? 0..<count
    steps += 1
    self.rows += rows
    th_run(
      instructions + range.lowerBound, Int32(range.count), Int64(step), Int32(rows),
      seconds.map { $0 + range.lowerBound })
  }

  /// Measures from now on how long each instruction takes.
  func measure() {
    if seconds == nil { seconds = .allocate(capacity: max(count, 1)) }
    seconds?.initialize(repeating: 0, count: max(count, 1))
    (steps, rows) = (0, 0)
  }
}
