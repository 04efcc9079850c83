import TapeheadKernels

/// One kernel on fixed operands, prepared once and run often: optimisers and sums of gradients.
///
/// Running it allocates nothing. Sizes, constants and operands may be changed between runs.
package final class PreparedKernel {
  private let function: th_kernel
  private let operands: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
  private let strides: UnsafeMutablePointer<Int32>
  private let sizes: UnsafeMutablePointer<Int32>
  private let constants: UnsafeMutablePointer<Float>

  /// Prepares a kernel; all operands have the stride 0 unless strides are given.
  package init(
    _ kernel: KernelCall.Kernel, _ instructionSet: InstructionSet,
    _ operands: [UnsafeMutablePointer<Float>], strides: [Int] = [], sizes: [Int],
    constants: [Float] = []
  ) {
    func stored<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
      let pointer = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
      pointer.initialize(from: elements, count: elements.count)
      return pointer
    }
    self.function = instructionSet.kernels.pointee[keyPath: kernel]
    self.operands = stored(operands.map { $0 })
    self.strides = stored(
      strides.isEmpty ? operands.map { _ in 0 } : strides.map { Int32($0) })
    self.sizes = stored(sizes.map { Int32($0) })
    self.constants = stored(constants)
  }

  deinit {
    operands.deallocate()
    strides.deallocate()
    sizes.deallocate()
    constants.deallocate()
  }

  package func set(operand index: Int, _ pointer: UnsafeMutablePointer<Float>) {
    operands[index] = pointer
  }

  package func set(size index: Int, _ size: Int) { sizes[index] = Int32(size) }

  package func set(constant index: Int, _ constant: Float) { constants[index] = constant }

  package func run(rows: Int = 1, accumulate: Bool = false) {
    var call = th_call(
      operand: operands, stride: strides, size: sizes, constant: constants, rows: Int32(rows),
      accumulate: accumulate ? 1 : 0, steps: 1, step: nil)
    th_run_kernel(function, &call)
  }
}
