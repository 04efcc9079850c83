package import TapeheadKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which of the processor's instructions the kernels use; the bits are the same with each.
public enum InstructionSet: String, Sendable, CaseIterable {
  case portable, avx2, avx512

  private var code: th_isa {
    switch self {
    case .portable: TH_ISA_PORTABLE
    case .avx2: TH_ISA_AVX2
    case .avx512: TH_ISA_AVX512
    }
  }

  /// Whether this processor has the instructions.
  public var isSupported: Bool { th_isa_supported(code) != 0 }

  /// What this processor can run, slowest first.
  public static var supported: [InstructionSet] { allCases.filter(\.isSupported) }

  /// The fastest that this processor can run.
  public static var fastest: InstructionSet { supported.last ?? .portable }

  /// What the environment variable `TAPEHEAD_ISA` names, or else the fastest.
  ///
  /// - Throws: `InstructionSetError` when the name is unknown or the processor lacks it.
  public static func selected() throws -> InstructionSet {
    guard let text = getenv("TAPEHEAD_ISA").map({ String(cString: $0) }), !text.isEmpty else {
      return fastest
    }
    guard let choice = InstructionSet(rawValue: text), choice.isSupported else {
      throw InstructionSetError(name: text)
    }
    return choice
  }

  package var kernels: UnsafePointer<th_kernel_table> { th_kernels(code) }
}

/// A value of `TAPEHEAD_ISA` that cannot be used here.
public struct InstructionSetError: Error, CustomStringConvertible, Equatable {
  public let name: String

  package init(name: String) {
    self.name = name
  }

  public var description: String {
    let known = InstructionSet(rawValue: name) != nil
    let choices = InstructionSet.supported.map(\.rawValue).joined(separator: ", ")
    return "TAPEHEAD_ISA=\(name): "
      + (known ? "this processor lacks these instructions" : "no such instruction set")
      + "; choose one of \(choices), or leave the variable out"
  }
}

/// Numbers through the vector kernels, for code that must give the same bits everywhere.
package enum KernelMath {
  package static func log(_ x: Float) -> Float { apply(\.log, [x])[0] }
  package static func exp(_ x: [Float]) -> [Float] { apply(\.exp, x) }
  package static func sigmoid(_ x: [Float]) -> [Float] { apply(\.sigmoid, x) }

  private static func apply(_ kernel: KernelCall.Kernel, _ x: [Float]) -> [Float] {
    let buffer = FloatBuffer(count: x.count)
    for (index, number) in x.enumerated() { buffer.base[index] = number }
    PreparedKernel(kernel, .fastest, [buffer.base, buffer.base], sizes: [x.count]).run()
    return Array(UnsafeBufferPointer(start: buffer.base, count: x.count))
  }
}
