import TapeheadKernels

/// Calls kernels on flat buffers, outside of any plan: optimisers and sums of gradients.
package struct KernelRunner: @unchecked Sendable {
  // Unchecked: the table that it points to is constant.
  private let table: UnsafePointer<th_kernel_table>

  package init(_ instructionSet: InstructionSet) {
    self.table = instructionSet.kernels
  }

  /// Runs a kernel on rows of the given strides; one row where nothing else is said.
  package func run(
    _ kernel: KernelCall.Kernel, _ operands: [UnsafeMutablePointer<Float>?],
    strides: [Int32]? = nil, sizes: [Int32], constants: [Float] = [], rows: Int = 1,
    accumulate: UInt32 = 0
  ) {
    let strides = strides ?? Array(repeating: 0, count: operands.count)
    operands.withUnsafeBufferPointer { operands in
      strides.withUnsafeBufferPointer { strides in
        sizes.withUnsafeBufferPointer { sizes in
          constants.withUnsafeBufferPointer { constants in
            var call = th_call(
              operand: operands.baseAddress, stride: strides.baseAddress, size: sizes.baseAddress,
              constant: constants.baseAddress, rows: Int32(rows), accumulate: accumulate)
            table.pointee[keyPath: kernel](&call)
          }
        }
      }
    }
  }
}
