import TapeheadTasks
import Testing

@Suite struct RandomStreamTests {
  /// The published first words of xoshiro256** for the state 1, 2, 3, 4.
  @Test func wordsAreThoseOfTheReferenceProgram() throws {
    var stream = try RandomStream(state: [1, 2, 3, 4])
    let words = (0..<5).map { _ in stream.next() }
    #expect(
      words == [
        11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360,
      ])
  }

  /// A change here changes every run ever made.
  @Test func seededStreamsNeverChange() {
    var data = RandomStream(seed: 1, purpose: "data")
    let words = (0..<3).map { _ in data.next() }
    #expect(
      words == [
        9_439_642_326_464_741_353, 11_022_155_103_115_814_073, 5_302_609_234_557_560_542,
      ])
    var child = data.split(purpose: "evaluation")
    let childWord = child.next()
    #expect(childWord == 8_381_963_983_532_194_249)
  }

  @Test func distributionsNeverChange() {
    var stream = RandomStream(seed: 2, purpose: "data")
    let bits = stream.bits(8)
    #expect(bits == 240)
    let bit = stream.bit()
    #expect(bit == false)
    let integer = stream.integer(in: 10...1000)
    #expect(integer == 734)
    let float = stream.uniformFloat()
    #expect(float == 0.232629)
    let double = stream.uniformDouble()
    #expect(double == 0.8530059741052399)
    let normal = stream.normal()
    #expect(normal == 0.004161575137052741)
    let beta = stream.betaOfHalves()
    #expect(beta == 0.9871210154369933)
  }

  @Test func seedAndPurposeBothMatter() {
    let streams = [
      RandomStream(seed: 1, purpose: "data"), RandomStream(seed: 2, purpose: "data"),
      RandomStream(seed: 1, purpose: "evaluation"), RandomStream(seed: 1, purpose: ""),
    ]
    let firstWords = Set(
      streams.map {
        var stream = $0
        return stream.next()
      })
    #expect(firstWords.count == streams.count)
  }

  @Test func savedStateGoesOn() throws {
    var stream = RandomStream(seed: 3, purpose: "data")
    for _ in 0..<100 { _ = stream.normal() }
    var restored = try RandomStream(state: stream.state)
    #expect(restored == stream)
    let expected = (0..<10).map { _ in stream.next() }
    let found = (0..<10).map { _ in restored.next() }
    #expect(found == expected)
  }

  @Test(arguments: [[], [1, 2, 3], [1, 2, 3, 4, 5], [0, 0, 0, 0]] as [[UInt64]])
  func impossibleStateIsRefused(state: [UInt64]) {
    let error = #expect(throws: RandomStateError.self) { try RandomStream(state: state) }
    let sentence = error?.description ?? ""
    #expect(sentence.hasSuffix("use an intact checkpoint"))
  }

  @Test func splitLeavesTheParentUsable() {
    var parent = RandomStream(seed: 4, purpose: "data")
    var first = parent.split(purpose: "evaluation")
    var second = parent.split(purpose: "evaluation")
    let words = Set([first.next(), second.next(), parent.next()])
    #expect(words.count == 3)
  }
}
