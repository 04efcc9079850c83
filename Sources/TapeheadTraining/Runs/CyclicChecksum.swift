/// A cyclic redundancy check over bytes, lowest bit first, as wide as `Word`.
///
/// It finds every single flipped bit and every burst of errors no longer than `Word`. It guards
/// against accidents: whoever wants to can change a file and its checksum together.
package struct CyclicChecksum<Word: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  private let table: [Word]

  /// - Parameter polynomial: the generator with its bits reversed, its highest power left out.
  package init(reversedPolynomial polynomial: Word) {
    table = (0..<256).map { byte in
      (0..<8).reduce(Word(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1
      }
    }
  }

  /// The checksum of `bytes`, from all ones and inverted at the end.
  package func callAsFunction(_ bytes: some Sequence<UInt8>) -> Word {
    var rest = Word.max
    for byte in bytes {
      rest = rest >> 8 ^ table[Int(UInt8(truncatingIfNeeded: rest) ^ byte)]
    }
    return ~rest
  }
}

extension CyclicChecksum<UInt32> {
  /// CRC-32C (Castagnoli; RFC 3720, appendix B.4), which TensorBoard's records use.
  package static let castagnoli = CyclicChecksum(reversedPolynomial: 0x82F6_3B78)
}

extension CyclicChecksum<UInt64> {
  /// CRC-64 with the polynomial of ECMA-182, bits reversed, as in the xz file format.
  package static let ecma = CyclicChecksum(reversedPolynomial: 0xC96C_5795_D787_0F42)
}
