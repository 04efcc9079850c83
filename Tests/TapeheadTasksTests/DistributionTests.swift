import TapeheadTasks
import Testing

// Fixed seeds; each bound is about four standard deviations of what is measured.

@Suite struct DistributionTests {
  let draws = 20_000
  var random = RandomStream(seed: 5, purpose: "distributions")

  @Test mutating func eachBitIsFair() {
    var counts = [Int](repeating: 0, count: 64)
    for _ in 0..<draws {
      let word = random.bits(64)
      for place in counts.indices where (word >> UInt64(place)) & 1 == 1 { counts[place] += 1 }
    }
    for (place, count) in counts.enumerated() {
      // The standard deviation of a count is √draws / 2 = 71.
      #expect(abs(count - draws / 2) < 284, "bit \(place) was set \(count) times")
    }
  }

  @Test mutating func someBitsLeaveTheOthersZero() {
    for count in [1, 5, 63] {
      let largest = (0..<200).reduce(UInt64(0)) { found, _ in max(found, random.bits(count)) }
      #expect(largest < 1 << UInt64(count))
      #expect(largest >= 1 << UInt64(count - 1))
    }
  }

  @Test(arguments: [2, 3, 20, 1000])
  mutating func integersAreEquallyLikely(bound: Int) {
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<draws { counts[random.integer(below: bound)] += 1 }
    let deviation = deviationFromUniform(counts)
    #expect(abs(deviation) < 4)
  }

  /// For the bound 3 · 2⁶¹ a quarter of all words is surplus: if those were not drawn again, the
  /// remainders by 3 would come as 3 : 3 : 2.
  @Test mutating func surplusWordsAreDrawnAgain() {
    var counts = [0, 0, 0]
    for _ in 0..<draws { counts[random.integer(below: 3 << 61) % 3] += 1 }
    let deviation = deviationFromUniform(counts)
    #expect(abs(deviation) < 4)
  }

  @Test mutating func rangesIncludeBothEnds() {
    let found = Set((0..<200).map { _ in random.integer(in: -1...2) })
    #expect(found == [-1, 0, 1, 2])
    let only = random.integer(in: 7...7)
    #expect(only == 7)
  }

  @Test mutating func uniformNumbersFillTheUnitInterval() {
    let values = (0..<draws).flatMap { _ in
      [Double(random.uniformFloat()), random.uniformDouble()]
    }
    #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
    var counts = [Int](repeating: 0, count: 50)
    for value in values { counts[Int(value * 50)] += 1 }
    let deviation = deviationFromUniform(counts)
    #expect(abs(deviation) < 4)
  }

  @Test mutating func normalNumbersHaveNormalMoments() {
    let values = (0..<draws).map { _ in random.normal() }
    func moment(_ power: Int) -> Double {
      let powers = values.map { value in (0..<power).reduce(1) { found, _ in found * value } }
      return powers.reduce(0, +) / Double(draws)
    }
    // Standard deviations over √draws = 141: 1, √2, √15, √96.
    #expect(abs(moment(1)) < 0.029)
    #expect(abs(moment(2) - 1) < 0.041)
    #expect(abs(moment(3)) < 0.11)
    #expect(abs(moment(4) - 3) < 0.28)
    let withinOne = Double(values.count { abs($0) < 1 }) / Double(draws)
    #expect(abs(withinOne - 0.68269) < 0.014)
  }

  @Test mutating func betaNumbersFollowTheArcsineLaw() {
    let values = (0..<draws).map { _ in random.betaOfHalves() }
    let mean = values.reduce(0, +) / Double(draws)
    let square = values.map { $0 * $0 }.reduce(0, +) / Double(draws)
    // Mean ½ and variance ⅛, so E x² = ⅜; its standard deviation is √(35/128 − 9/64) = 0.364.
    #expect(abs(mean - 0.5) < 0.01)
    #expect(abs(square - 0.375) < 0.0104)
    // P(x < sin²(πq/2)) = q, at q = ¼ and ½: sin²(π/8) = (1 − √½)/2.
    let quarter = (1 - 0.5.squareRoot()) / 2
    let belowQuarter = Double(values.count { $0 < quarter }) / Double(draws)
    #expect(abs(belowQuarter - 0.25) < 0.0123)
    let belowHalf = Double(values.count { $0 < 0.5 }) / Double(draws)
    #expect(abs(belowHalf - 0.5) < 0.0142)
  }
}
