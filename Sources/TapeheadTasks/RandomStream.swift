// Every random number that training data or first parameters are made from comes from here. In
// order of priority: the bits of a stream never change (a run is a function of its seed), they are
// the same on every platform (no call to libm decides a value), they are fast.
//
// The generator is xoshiro256** (Blackman & Vigna 2018, arXiv:1805.01407), period 2²⁵⁶ − 1, its
// state filled by splitmix64 (Steele, Lea & Flood 2014), as its authors advise. The distributions
// made from its words are in RandomStream+Distributions.swift.

/// A seeded stream of random words, one for each purpose, whose state a checkpoint can hold.
///
/// Streams of one seed and different purposes ("data", "initialisation") have nothing to do with
/// each other: drawing more from one leaves the other as it was.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of a seed for one purpose.
  ///
  /// The state is four words of splitmix64, started at its first word for `seed` exclusive-or the
  /// 64-bit FNV-1a hash of `purpose` in UTF-8.
  public init(seed: UInt64, purpose: String) {
    var filler = SplitMix(state: seed)
    filler = SplitMix(state: filler.next() ^ fowlerNollVoHash(of: purpose))
    // Four words of splitmix64 are never all 0: it visits each word once in its period.
    words = (filler.next(), filler.next(), filler.next(), filler.next())
  }

  /// The stream that goes on from a saved `state`.
  ///
  /// - Throws: `RandomStateError` unless there are four words, not all of them 0.
  public init(state: [UInt64]) throws(RandomStateError) {
    guard state.count == 4 else { throw RandomStateError(problem: .count(state.count)) }
    guard state.contains(where: { $0 != 0 }) else { throw RandomStateError(problem: .zero) }
    words = (state[0], state[1], state[2], state[3])
  }

  /// The four words that the next ones are made from, for a checkpoint.
  public var state: [UInt64] { [words.0, words.1, words.2, words.3] }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = rotatedLeft(words.1 &* 5, by: 7) &* 9
    let shifted = words.1 << 17
    words.2 ^= words.0
    words.3 ^= words.1
    words.1 ^= words.2
    words.0 ^= words.3
    words.2 ^= shifted
    words.3 = rotatedLeft(words.3, by: 45)
    return result
  }

  /// A stream of its own for `purpose`, seeded by the next word of this one.
  public mutating func split(purpose: String) -> RandomStream {
    RandomStream(seed: next(), purpose: purpose)
  }

  public static func == (left: RandomStream, right: RandomStream) -> Bool {
    left.words == right.words
  }
}

/// A saved state that no stream can have.
public struct RandomStateError: Error, Equatable, CustomStringConvertible {
  enum Problem: Equatable {
    case count(Int)
    case zero
  }

  let problem: Problem

  public var description: String {
    switch problem {
    case .count(let count):
      "a random stream's state has 4 words, but this one has \(count): use an intact checkpoint"
    case .zero:
      "a random stream's state is not 0 throughout, but this one is: use an intact checkpoint"
    }
  }
}

/// The splitmix64 generator, which turns any word into a good state.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

private func rotatedLeft(_ word: UInt64, by count: UInt64) -> UInt64 {
  (word << count) | (word >> (64 - count))
}

/// The 64-bit FNV-1a hash, which is fixed where Swift's own `Hasher` changes with every process.
private func fowlerNollVoHash(of text: String) -> UInt64 {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in text.utf8 {
    hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }
  return hash
}
