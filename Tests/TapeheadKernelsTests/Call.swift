import TapeheadKernels
import Testing

/// One instruction set's table of kernels, as a test parameter.
struct Kernels: Sendable, CustomTestStringConvertible {
  let name: String
  let isa: th_isa

  var table: th_kernel_table { th_kernels(isa).pointee }
  var testDescription: String { name }

  /// Every instruction set that this machine can run, the portable one first.
  static let supported: [Kernels] = [
    Kernels(name: "portable", isa: TH_ISA_PORTABLE), Kernels(name: "AVX2", isa: TH_ISA_AVX2),
    Kernels(name: "AVX-512", isa: TH_ISA_AVX512),
  ].filter { th_isa_supported($0.isa) != 0 }
}

/// An operand of a kernel: rows of `width` floats, `stride` apart, guard values between and behind.
///
/// A stride of 0 is one row that all rows share. It owns its memory, so passing one operand twice is
/// a call in place.
final class Operand {
  static let guardValue: Float = -12345.5

  let width: Int
  let stride: Int
  private let storage: UnsafeMutableBufferPointer<Float>

  init(_ rows: [[Float]], stride: Int) {
    width = rows.first?.count ?? 0
    self.stride = stride
    storage = .allocate(capacity: max(stride, width) * rows.count + Int(TH_SLACK))
    storage.initialize(repeating: Self.guardValue)
    for (row, values) in rows.enumerated() { replace(row: row, with: values) }
  }

  /// An operand that all rows share.
  convenience init(shared values: [Float]) { self.init([values], stride: 0) }

  deinit { storage.deallocate() }

  var address: UnsafeMutablePointer<Float>? { storage.baseAddress }

  /// The values of a row.
  subscript(row: Int) -> [Float] { Array(storage[row * stride..<row * stride + width]) }

  func replace(row: Int, with values: [Float]) {
    for (index, value) in values.enumerated() { storage[row * stride + index] = value }
  }

  /// All bits in memory, the guard values included.
  var bits: [UInt32] { storage.map(\.bitPattern) }

  /// Whether every float outside the rows still is the guard value.
  var guardsAreIntact: Bool {
    storage.indices.allSatisfy { index in
      let isBehindRows = index >= storage.count - Int(TH_SLACK)
      let column = stride == 0 ? index : index % stride
      return (column < width && !isBehindRows) || storage[index] == Self.guardValue
    }
  }
}

/// Calls a kernel once; sizes and constants in the order the kernel documents, the rows of steps one behind the
/// other.
func call(
  _ kernel: th_kernel?, _ operands: [Operand], sizes: [Int] = [], constants: [Float] = [],
  rows: Int = 1, accumulate: UInt32 = 0, steps: Int = 1
) {
  precondition(kernel != nil, "the table has no such kernel")
  let addresses = operands.map(\.address)
  let strides = operands.map { Int32($0.stride) }
  let sizes = sizes.map { Int32($0) }
  let distances = operands.map { Int64($0.stride * rows) }
  addresses.withUnsafeBufferPointer { addresses in
    strides.withUnsafeBufferPointer { strides in
      sizes.withUnsafeBufferPointer { sizes in
        constants.withUnsafeBufferPointer { constants in
          distances.withUnsafeBufferPointer { distances in
            var description = th_call(
              operand: addresses.baseAddress, stride: strides.baseAddress, size: sizes.baseAddress,
              constant: constants.baseAddress, rows: Int32(rows), accumulate: accumulate,
              steps: Int32(steps), step: distances.baseAddress)
            kernel?(&description)
          }
        }
      }
    }
  }
  withExtendedLifetime(operands) {}
}

/// The lengths of the standard: below, at and above a vector, and the paper's number of slots.
let awkwardLengths = [1, 3, 8, 17, 128]

/// A kernel of a table, chosen by name.
typealias KernelField = KeyPath<th_kernel_table, th_kernel?> & Sendable

/// Numbers in ±1 that are the same in every run: a linear congruence of Knuth's (MMIX).
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
  }

  mutating func row(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in
      range.lowerBound + (next() + 1) / 2 * (range.upperBound - range.lowerBound)
    }
  }

  mutating func rows(_ rows: Int, _ count: Int, in range: ClosedRange<Float> = -1...1) -> [[Float]]
  {
    (0..<rows).map { _ in row(count, in: range) }
  }
}
