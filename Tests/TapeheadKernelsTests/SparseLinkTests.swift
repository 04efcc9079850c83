import TapeheadKernels
import Testing

@Suite struct SparseLinkTests {
  struct Size: Sendable {
    let n: Int
    let k: Int
    var heads = 1
  }

  static let sizes = [(1, 1), (3, 1), (3, 2), (3, 3), (8, 3), (17, 8), (17, 17), (128, 8)].map {
    Size(n: $0, k: $1)
  }

  // MARK: The largest of a vector

  private static func places(_ x: [Double], _ k: Int) -> [Int] {
    Array(x.indices.sorted { (-x[$0], $0) < (-x[$1], $1) }.prefix(k)).sorted()
  }

  private static func kept(_ x: [Double], _ k: Int) -> Operands {
    let places = places(x, k)
    let sum = places.reduce(0) { $0 + x[$1] }
    let lost = sum > 0 ? (x.reduce(0, +) - sum) / sum : 0
    let y = x.indices.map { places.contains($0) ? x[$0] * (1 + lost) : 0 }
    return [y, places.map(Double.init), [lost]]
  }

  @Test(arguments: sizes) func keepLargest(_ s: Size) {
    let check = KernelCheck(kernel: \.keep_largest, sizes: [s.n, s.k], accumulates: false)
    check.expect(inputs: { [$0.list(s.n, 0, 1)] }) { Self.kept($0[0], s.k) }
    // Of a few values only, so that many are equal.
    check.expect(inputs: { [$0.list(s.n, 1, 4).map { $0.rounded() / 8 }] }) {
      Self.kept($0[0], s.k)
    }
  }

  @Test func nothingIsKeptOfNothing() {
    let check = KernelCheck(kernel: \.keep_largest, sizes: [3, 2], bound: 0, accumulates: false)
    check.expect(inputs: { _ in [[0, 0, 0]] }) { _ in [[0, 0, 0], [0, 1], [0]] }
  }

  @Test(arguments: sizes) func keepLargestGradient(_ s: Size) {
    let check = KernelCheck(kernel: \.keep_largest_gradient, sizes: [s.n, s.k])
    check.expectGradient(
      inputs: { [$0.list(s.n, 0.1, 1)] }, along: [0], of: { [Self.kept($0[0], s.k)[0]] },
      operands: { x, _, g in [x[0]] + Self.kept(x[0], s.k)[1...] + g })
  }

  // MARK: Links

  /// Up to k links to each slot, from others, ascending; behind them the slot itself.
  private func links(_ random: inout SplitMix, _ s: Size) -> Operands {
    var degrees = [Double](repeating: 0, count: s.n * s.k)
    var from = (0..<s.n * s.k).map { Double($0 % s.n) }
    for i in 0..<s.n {
      let choice = random.list(s.n, 0, 1)
      let chosen = Self.places(choice, min(s.k, Int(random.uniform(0, Double(s.k + 1)))))
      for (entry, j) in chosen.filter({ $0 != i }).enumerated() {
        degrees[entry * s.n + i] = random.uniform(0.1, 1)
        from[entry * s.n + i] = Double(j)
      }
    }
    return [degrees, from]
  }

  /// A vector that is 0 but at k places, and these places.
  private func sparse(_ random: inout SplitMix, _ s: Size) -> Operands {
    let x = random.list(s.n, 0, 1 / Double(s.n))
    let places = Self.places(x, s.k)
    return [x.indices.map { places.contains($0) ? x[$0] : 0 }, places.map(Double.init)]
  }

  private func inputs(_ random: inout SplitMix, _ s: Size) -> Operands {
    links(&random, s) + sparse(&random, s) + sparse(&random, s)
  }

  /// Over the whole matrix, of which the k largest of a row that was written to are kept.
  private func updated(_ x: Operands, _ s: Size) -> Operands {
    let (w, written) = (x[2], x[3].map { Int($0) })
    let (p, preceding) = (x[4], x[5].map { Int($0) })
    var degrees = x[0].map { _ in 0.0 }
    var from = x[1]
    for i in 0..<s.n {
      var row = [Double](repeating: 0, count: s.n)
      var stands = Set<Int>()
      for entry in 0..<s.k where Int(x[1][entry * s.n + i]) != i {
        let j = Int(x[1][entry * s.n + i])
        row[j] = (1 - w[i] - w[j]) * x[0][entry * s.n + i]
        stands.insert(j)
      }
      if written.contains(i) {
        for j in preceding where j != i {
          row[j] += w[i] * p[j]
          if p[j] != 0, w[i] != 0 { stands.insert(j) }
        }
        let largest = stands.sorted { (-row[$0], $0) < (-row[$1], $1) }.prefix(s.k)
        stands = Set(largest)
      }
      let columns = stands.sorted()
      for entry in 0..<s.k {
        degrees[entry * s.n + i] = entry < columns.count ? row[columns[entry]] : 0
        from[entry * s.n + i] = Double(entry < columns.count ? columns[entry] : i)
      }
    }
    return [degrees, from]
  }

  @Test(arguments: sizes) func update(_ s: Size) {
    var check = KernelCheck(
      kernel: \.sparse_link_update, sizes: [s.n, s.k], bound: 1e-6, accumulates: false)
    check.expect(inputs: { inputs(&$0, s) }) { updated($0, s) }
    check.aliases = [0: 0, 1: 1]
    check.expect(inputs: { inputs(&$0, s) }) { updated($0, s) }
  }

  /// Two links fade, and one that was smaller than both by far now takes the place of one of them.
  @Test func theSmallestLinkGoes() {
    let check = KernelCheck(
      kernel: \.sparse_link_update, sizes: [3, 1], bound: 1e-6, accumulates: false)
    check.expect(
      inputs: { _ in [[0.2, 0, 0.5], [1, 1, 0], [0.9, 0, 0], [0], [0, 0, 1], [2]] }
    ) { _ in [[0.9, 0, 0.05], [2, 1, 0]] }
  }

  /// A link that has faded to nearly nothing gives up its entry.
  @Test func fadedLinksAreZero() {
    let check = KernelCheck(
      kernel: \.sparse_link_update, sizes: [2, 1], bound: 0, accumulates: false)
    check.expect(
      inputs: { _ in [[1e-29, 1e-29], [1, 0], [0, 0.99], [1], [0, 0], [0]] }
    ) { _ in [[0, 0], [1, 1]].map { $0.map(Double.init) } }
  }

  @Test(arguments: sizes.filter { $0.n < 100 }) func updateGradient(_ s: Size) {
    var check = KernelCheck(kernel: \.sparse_link_update_gradient, sizes: [s.n, s.k])
    for inPlace in [false, true] {
      check.aliases = inPlace ? [0: 7] : [:]
      check.accumulates = !inPlace
      check.expectGradient(
        inputs: { inputs(&$0, s) }, along: [0, 2, 4], of: { [updated($0, s)[0]] },
        operands: { x, _, g in x + [updated(x, s)[1]] + g })
    }
  }

  // MARK: Directions

  static let directed =
    sizes + [2, 3, 5].flatMap { heads in [Size(n: 17, k: 4, heads: heads)] }

  private func followed(_ x: Operands, _ s: Size) -> Operands {
    var forward = x[2].map { _ in 0.0 }
    var backward = forward
    for (place, degree) in x[0].enumerated() where Int(x[1][place]) != place % s.n {
      for h in 0..<s.heads {
        let (to, from) = (h * s.n + place % s.n, h * s.n + Int(x[1][place]))
        forward[to] += degree * x[2][from]
        backward[from] += degree * x[2][to]
      }
    }
    return [forward, backward]
  }

  private func readings(_ random: inout SplitMix, _ s: Size) -> Operands {
    links(&random, s) + [random.list(s.heads * s.n)]
  }

  @Test(arguments: directed) func directions(_ s: Size) {
    let check = KernelCheck(
      kernel: \.sparse_link_directions, sizes: [s.n, s.k, s.heads], accumulates: false)
    check.expect(inputs: { readings(&$0, s) }) { followed($0, s) }
  }

  @Test(arguments: directed.filter { $0.n < 100 }) func directionsGradient(_ s: Size) {
    let check = KernelCheck(
      kernel: \.sparse_link_directions_gradient, sizes: [s.n, s.k, s.heads])
    check.expectGradient(
      inputs: { readings(&$0, s) }, along: [0, 2], of: { followed($0, s) },
      operands: { x, _, g in x + g })
  }
}
