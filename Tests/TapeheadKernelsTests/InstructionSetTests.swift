import TapeheadKernels
import Testing

/// A call to be made on every instruction set: widths of the operands (0: one float), which of them
/// all rows share, sizes and constants.
struct BitsCase: Sendable, CustomTestStringConvertible {
  let name: String
  let kernel: any KernelField
  let widths: [Int]
  let sizes: [Int]
  var constants: [Float] = []
  var rows = 3
  var sharesAll = false
  var shared: Set<Int> = []
  var range: ClosedRange<Float> = -3...3

  var testDescription: String { name }

  /// Fresh operands, the same numbers each time.
  func operands() -> [Operand] {
    var numbers = TestNumbers(seed: 11)
    return widths.indices.map { index in
      sharesAll || shared.contains(index)
        ? Operand(shared: numbers.row(widths[index], in: range))
        : Operand(numbers.rows(rows, widths[index], in: range), stride: widths[index] + 1)
    }
  }

  private static let unaryKernels: [(String, any KernelField)] = [
    ("copy", \.copy), ("exp", \.exp), ("log", \.log), ("tanh", \.tanh), ("sigmoid", \.sigmoid),
    ("softplus", \.softplus), ("square", \.square), ("sqrt", \.sqrt), ("relu", \.relu),
    ("affine", \.affine), ("clamp", \.clamp),
  ]
  static let unary: [BitsCase] = unaryKernels.map { name, kernel in
    BitsCase(
      name: name, kernel: kernel, widths: [403, 403], sizes: [403], constants: [0.3, 1.7],
      range: name == "log" || name == "sqrt" ? 0...50 : -50...50)
  }

  private static let binaryKernels: [(String, any KernelField)] = [
    ("add", \.add), ("subtract", \.subtract), ("multiply", \.multiply), ("divide", \.divide),
    ("tanh gradient", \.tanh_gradient), ("sigmoid gradient", \.sigmoid_gradient),
    ("softplus gradient", \.softplus_gradient), ("relu gradient", \.relu_gradient),
    ("clamp gradient", \.clamp_gradient),
  ]
  static let binary: [BitsCase] = binaryKernels.map { name, kernel in
    BitsCase(
      name: name, kernel: kernel, widths: [403, 403, 403], sizes: [403, 0, 0],
      constants: [-0.5, 1.5])
  }

  static let rest: [BitsCase] = [
    BitsCase(name: "broadcast", kernel: \.broadcast, widths: [1, 19], sizes: [19]),
    BitsCase(
      name: "activate", kernel: \.activate,
      widths: [ActivationTests.count, ActivationTests.count], sizes: ActivationTests.sizes),
    BitsCase(
      name: "activate gradient", kernel: \.activate_gradient,
      widths: Array(repeating: ActivationTests.count, count: 4), sizes: ActivationTests.sizes),
    BitsCase(
      name: "clip", kernel: \.clip_values, widths: [403], sizes: [403], constants: [1], rows: 1),
    BitsCase(
      name: "scale", kernel: \.scale, widths: [403], sizes: [403], constants: [0.3], rows: 1),
    BitsCase(
      name: "sum of squares", kernel: \.sum_of_squares, widths: [403, 1], sizes: [403], rows: 1),
    BitsCase(
      name: "count", kernel: \.count_non_finite, widths: [403, 1], sizes: [403], rows: 1),
  ]

  /// Products at every number of rows that has a tile of its own, and beyond.
  static let products: [BitsCase] = [1, 2, 3, 4, 5, 7].flatMap(products(rows:))

  private static func products(rows: Int) -> [BitsCase] {
    [
      BitsCase(
        name: "linear, \(rows) rows", kernel: \.linear,
        widths: [131, 131 * 192, 192, 183], sizes: [131, 183, 192, 1], rows: rows,
        shared: [1, 2]),
      BitsCase(
        name: "linear input gradient, \(rows) rows", kernel: \.linear_input_gradient,
        widths: [183, 131 * 192, 131], sizes: [131, 183, 192], rows: rows, shared: [1]),
      BitsCase(
        name: "linear weight gradient, \(rows) rows", kernel: \.linear_weight_gradient,
        widths: [131 * 20, 183 * 20, 131 * 192], sizes: [131, 183, 192, 20, 131, 183],
        rows: rows, shared: [2]),
      BitsCase(
        name: "row sum, \(rows) rows", kernel: \.row_sum, widths: [183 * 20, 183],
        sizes: [183, 20, 183], rows: rows, shared: [1]),
      BitsCase(
        name: "matrix × vector, \(rows) heads", kernel: \.matrix_vector,
        widths: [21 * 130, rows * 130, rows * 21], sizes: [21, 130, rows]),
      BitsCase(
        name: "vector × matrix, \(rows) heads", kernel: \.vector_matrix,
        widths: [rows * 21, 21 * 130, rows * 130], sizes: [21, 130, rows]),
      BitsCase(
        name: "matrix × vector gradient, \(rows) heads", kernel: \.matrix_vector_gradient,
        widths: [21 * 130, rows * 130, rows * 21, 21 * 130, rows * 130], sizes: [21, 130, rows]),
      BitsCase(
        name: "outer product, \(rows) heads", kernel: \.outer_product,
        widths: [rows * 21, rows * 130, 21 * 130], sizes: [21, 130, rows]),
    ]
  }

  static let updates: [BitsCase] = Optimiser.all.map { optimiser in
    BitsCase(
      name: optimiser.name, kernel: optimiser.kernel,
      widths: Array(repeating: 403, count: optimiser.operands), sizes: [403] + optimiser.sizes,
      constants: optimiser.constants, sharesAll: true, range: 0...1)
  }
}

@Suite struct InstructionSetTests {
  @Test(arguments: BitsCase.unary + BitsCase.binary + BitsCase.rest + BitsCase.products)
  func allGiveTheSameBits(_ bitsCase: BitsCase) {
    expectSameBits(bitsCase, accumulate: 0)
    expectSameBits(bitsCase, accumulate: 1)
  }

  @Test(arguments: BitsCase.updates)
  func updatesGiveTheSameBits(_ bitsCase: BitsCase) { expectSameBits(bitsCase, accumulate: 0) }

  /// A row's result does not depend on how many rows go with it.
  @Test(arguments: Kernels.supported)
  func rowsAreIndependent(_ kernels: Kernels) {
    for field: any KernelField in [\.linear, \.linear_input_gradient] {
      guard let all = BitsCase.products.last(where: { $0.kernel == field }) else { continue }
      let together = all.operands()
      call(kernels.table[keyPath: field], together, sizes: all.sizes, rows: all.rows)
      let output = together.count - 1
      for row in 0..<all.rows {
        let alone = all.operands()
        alone[0].replace(row: 0, with: alone[0][row])
        call(kernels.table[keyPath: field], alone, sizes: all.sizes, rows: 1)
        let same = alone[output][0] == together[output][row]
        #expect(same, "\(all.name), row \(row)")
      }
    }
  }

  private func expectSameBits(_ bitsCase: BitsCase, accumulate: UInt32) {
    let results = Kernels.supported.map { kernels in
      let operands = bitsCase.operands()
      call(
        kernels.table[keyPath: bitsCase.kernel], operands, sizes: bitsCase.sizes,
        constants: bitsCase.constants, rows: bitsCase.rows, accumulate: accumulate)
      return operands.map(\.bits)
    }
    for (kernels, result) in zip(Kernels.supported, results) {
      let same = result == results[0]
      #expect(same, "\(kernels.name) differs from \(Kernels.supported[0].name)")
    }
    // A kernel that did nothing would give the same bits, too.
    let changed = results[0] != bitsCase.operands().map(\.bits)
    #expect(changed)
  }
}
