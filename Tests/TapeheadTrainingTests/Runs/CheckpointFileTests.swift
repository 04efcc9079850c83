import TapeheadTraining
import TestSupport
import Testing

struct CheckpointFileTests {
  private let checkpoint = CheckpointFile(
    tensors: [
      "parameters/a": StoredTensor([1, -2.5, .nan, 0x1p-149] as [Float], shape: [2, 2]),
      "random/data": StoredTensor([UInt64.max, 1 << 63 | 1], shape: [2]),
    ],
    metadata: ["sequences": "\(Int.max)", "note": "straße"])

  @Test func returnsEveryBit() throws {
    let folder = try TemporaryFolder()
    try checkpoint.write(to: folder.file("a.safetensors"))
    let read = try CheckpointFile(reading: folder.file("a.safetensors"))
    #expect(read == checkpoint)
    let floats = read.tensors["parameters/a"]?.floats?.map(\.bitPattern)
    #expect(floats == [1, -2.5, .nan, 0x1p-149].map { (number: Float) in number.bitPattern })
    #expect(read.tensors["random/data"]?.unsignedIntegers == [UInt64.max, 1 << 63 | 1])
    #expect(read.metadata["sequences"] == "\(Int.max)")
  }

  @Test func bytesDependOnTheContentOnly() {
    var other = CheckpointFile()
    for (name, text) in checkpoint.metadata.sorted(by: >) { other.metadata[name] = text }
    for (name, tensor) in checkpoint.tensors.sorted(by: { $0.key > $1.key }) {
      other.tensors[name] = tensor
    }
    let bytes = checkpoint.encoded()
    #expect(other.encoded() == bytes)
  }

  @Test func noticesEveryFlippedBit() {
    let whole = checkpoint.encoded()
    for position in whole.indices {
      for bit in 0..<8 {
        var bytes = whole
        bytes[position] ^= 1 << bit
        #expect(throws: FileError.self, "bit \(bit) of byte \(position)") {
          try CheckpointFile(bytes: bytes, file: "f")
        }
      }
    }
  }

  @Test func noticesEveryTruncationAndAddition() {
    let whole = checkpoint.encoded()
    for count in whole.indices {
      #expect(throws: FileError.self, "cut to \(count) bytes") {
        try CheckpointFile(bytes: Array(whole[..<count]), file: "f")
      }
    }
    #expect(throws: FileError.self) { try CheckpointFile(bytes: whole + [0], file: "f") }
  }

  @Test func saysWhatIsWrongInOneSentence() throws {
    var bytes = checkpoint.encoded()
    bytes[bytes.count - 1] ^= 1
    let flipped = try #require(throws: FileError.self) {
      try CheckpointFile(bytes: bytes, file: "run/checkpoint.safetensors")
    }
    #expect(flipped.description.hasPrefix("run/checkpoint.safetensors is damaged: its checksum "))
    #expect(flipped.description.hasSuffix("restore it from a backup or train a new run"))

    let cut = try #require(throws: FileError.self) {
      try CheckpointFile(bytes: Array(bytes.dropLast()), file: "c")
    }
    #expect(cut.problem.hasPrefix("is damaged: it has a tensor 'parameters/a' that ends at byte"))

    let foreign = try #require(throws: FileError.self) {
      try CheckpointFile(bytes: Safetensors().encoded(), file: "c")
    }
    #expect(foreign.problem == "is a safetensors file but no checkpoint of Tapehead")

    let later = Safetensors(metadata: ["format": "tapehead checkpoint 9", "checksum": ""])
    let unknown = try #require(throws: FileError.self) {
      try CheckpointFile(bytes: later.encoded(), file: "c")
    }
    #expect(unknown.problem.hasPrefix("has the format 'tapehead checkpoint 9' where"))
  }
}

struct CyclicChecksumTests {
  // The check values of the catalogue of parametrised CRC algorithms.
  @Test func givesThePublishedCheckValues() {
    let digits = Array("123456789".utf8)
    let castagnoli = CyclicChecksum.castagnoli(digits)
    let ecma = CyclicChecksum.ecma(digits)
    #expect(castagnoli == 0xE306_9283)
    #expect(ecma == 0x995D_C9BB_DF19_39FA)
  }
}
