import TapeheadKernels

/// The storage of one call: rows with gaps of NaN between them, and slack behind.
final class KernelCall {
  private let rows: Int
  private let inputCount: Int
  private let counts: [Int]
  private let strides: [Int32]
  private let storage: [UnsafeMutableBufferPointer<Float>]
  private let pointers: [UnsafeMutablePointer<Float>?]
  private let adds: Bool

  /// Storage for inputs (row by row) and for outputs of the given lengths.
  ///
  /// Outputs start as NaN, or at `start` and are then added to. An output in `aliases` stands in the
  /// storage of that input.
  init(inputs: [[[Double]]], outputs: [Int], start: Double?, aliases: [Int: Int]) {
    rows = inputs.count
    inputCount = inputs[0].count
    counts = inputs[0].map(\.count) + outputs
    strides = counts.indices.map { [inputCount = inputs[0].count, counts] operand in
      let own = aliases[operand - inputCount] ?? operand
      return Int32(counts[own] + 3 + own)
    }
    storage = zip(counts, strides).map { [rows] count, stride in
      let floats = UnsafeMutableBufferPointer<Float>.allocate(
        capacity: rows * Int(stride) + TH_SLACK)
      floats.initialize(repeating: .nan)
      return floats
    }
    adds = start != nil
    pointers = counts.indices.map { [storage, inputCount] in
      storage[aliases[$0 - inputCount] ?? $0].baseAddress
    }
    for row in 0..<rows {
      for operand in counts.indices {
        for index in 0..<counts[operand] {
          let value = operand < inputCount ? inputs[row][operand][index] : start ?? .nan
          storage[operand][row * Int(strides[operand]) + index] = Float(value)
        }
      }
    }
  }

  deinit {
    for floats in storage { floats.deallocate() }
  }

  func run(_ kernel: th_kernel?, _ sizes: [Int], _ constants: [Float]) {
    pointers.withUnsafeBufferPointer { operand in
      strides.withUnsafeBufferPointer { stride in
        sizes.map(Int32.init).withUnsafeBufferPointer { size in
          constants.withUnsafeBufferPointer { constant in
            var call = th_call(
              operand: operand.baseAddress, stride: stride.baseAddress, size: size.baseAddress,
              constant: constant.baseAddress, rows: Int32(rows), accumulate: adds ? .max : 0,
              steps: 1, step: nil)
            kernel?(&call)
          }
        }
      }
    }
  }

  /// The outputs, row by row.
  func outputs() -> [[[Float]]] {
    (0..<rows).map { row in
      (inputCount..<counts.count).map { operand in
        (0..<counts[operand]).map { index in
          pointers[operand]?[row * Int(strides[operand]) + index] ?? .nan
        }
      }
    }
  }

  /// Whether everything between and behind the rows is still NaN.
  func guardsHold() -> Bool {
    for (floats, (count, stride)) in zip(storage, zip(counts, strides)) {
      for (index, value) in floats.enumerated() {
        let isInside = index < rows * Int(stride) && index % Int(stride) < count
        guard isInside || value.isNaN else { return false }
      }
    }
    return true
  }
}

/// A small random stream for tests.
struct SplitMix {
  var state: UInt64

  /// A number from low to high.
  mutating func uniform(_ low: Double, _ high: Double) -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ bits >> 27) &* 0x94d0_49bb_1331_11eb
    return low + (high - low) * Double((bits ^ bits >> 31) >> 11) * 0x1p-53
  }

  /// A list of numbers from low to high.
  mutating func list(_ count: Int, _ low: Double = -1, _ high: Double = 1) -> [Double] {
    (0..<count).map { _ in uniform(low, high) }
  }
}
