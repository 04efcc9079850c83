package import TapeheadKernels

/// One kind of computation on values of fixed shape: its shapes and its kernel.
package protocol Operation: Sendable {
  /// The name that errors, plans and profiles show.
  var name: String { get }

  /// How many values it makes.
  var outputCount: Int { get }

  /// The shapes of the outputs, or what is wrong with the inputs.
  func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape]

  /// The kernel that computes it for inputs and outputs of these shapes.
  func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall

  /// Pairs of an output and an input of one size that may share one place.
  var inPlace: [(output: Int, input: Int)] { get }

  /// The outputs that the kernel can add to a value instead of writing them anew.
  var accumulates: Set<Int> { get }

  /// The outputs that pass no gradient on, such as an order, or numbers of slots.
  var outputsWithoutGradient: Set<Int> { get }
}

extension Operation {
  package var outputCount: Int { 1 }
  package var inPlace: [(output: Int, input: Int)] { [] }
  package var accumulates: Set<Int> { [] }
  package var outputsWithoutGradient: Set<Int> { [] }
}

/// An operation that cells can use: it also says its gradient, in traced operations.
package protocol DifferentiableOperation: Operation {
  /// Gives each input that wants one its share of the cotangent.
  func pullback(_ step: Pullback)
}

/// A kernel with its sizes and constants; operands are the inputs and then the outputs.
package struct KernelCall {
  package typealias Kernel = any KeyPath<th_kernel_table, th_kernel> & Sendable

  package let kernel: Kernel
  package let sizes: [Int]
  package let constants: [Float]
  /// By operand: how many floats behind its place it starts.
  package let skips: [Int: Int]
  /// Whether it multiplies by a matrix that all rows share, which is read once for all of them.
  package let sharesMatrix: Bool

  package init(
    _ kernel: Kernel, sizes: [Int], constants: [Float] = [], skips: [Int: Int] = [:],
    sharesMatrix: Bool = false
  ) {
    self.kernel = kernel
    self.sizes = sizes
    self.constants = constants
    self.skips = skips
    self.sharesMatrix = sharesMatrix
  }
}

/// A kernel of a gradient: it needs no gradient itself, and its pullback has checked its shapes.
package struct GradientKernel: Operation {
  package let name: String
  package let call: KernelCall.Kernel
  package let sizes: [Int]
  package let constants: [Float]
  package let outputs: [Shape]
  package let inPlace: [(output: Int, input: Int)]
  /// All outputs, unless it is said which.
  package let accumulates: Set<Int>

  package init(
    _ name: String, _ call: KernelCall.Kernel, sizes: [Int], constants: [Float] = [],
    outputs: [Shape], inPlace: [(output: Int, input: Int)] = [], accumulates: Set<Int>? = nil
  ) {
    self.name = name
    self.call = call
    self.sizes = sizes
    self.constants = constants
    self.outputs = outputs
    self.inPlace = inPlace
    self.accumulates = accumulates ?? Set(outputs.indices)
  }

  package var outputCount: Int { outputs.count }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] { outputs }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(call, sizes: sizes, constants: constants)
  }
}
