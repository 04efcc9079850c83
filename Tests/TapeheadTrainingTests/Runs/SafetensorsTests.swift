import Foundation
import TapeheadTraining
import TestSupport
import Testing

struct SafetensorsTests {
  /// What `safetensors.numpy.save` of the Python package (0.8.0) wrote for `content`.
  private static let recorded = """
    eAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJub3RlIjoiY2Fmw6kgXCJ4XCJcbi8ifSwicyI6eyJkdHlwZSI6IlU2NCIs
    InNoYXBlIjpbMV0sImRhdGFfb2Zmc2V0cyI6WzAsOF19LCJuIjp7ImR0eXBlIjoiSTY0Iiwic2hhcGUiOltdLCJkYXRh
    X29mZnNldHMiOls4LDE2XX0sImEiOnsiZHR5cGUiOiJGNjQiLCJzaGFwZSI6WzIsMl0sImRhdGFfb2Zmc2V0cyI6WzE2
    LDQ4XX0sImIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls0OCw1Nl19LCJlIjp7ImR0
    eXBlIjoiRjMyIiwic2hhcGUiOlswLDNdLCJkYXRhX29mZnNldHMiOls1Niw1Nl19LCJpIjp7ImR0eXBlIjoiSTMyIiwi
    c2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbNTYsNjRdfX0gICAg//////////8HAAAAAAAAAAAAAAAAAPA/AAAAAAAA
    AEAAAAAAAAAIQJx1AIg85Df+AADAPwAAAID7////BgAAAA==
    """

  private static let content = Safetensors(
    tensors: [
      "a": StoredTensor([1, 2, 3, -1e300] as [Double], shape: [2, 2]),
      "b": StoredTensor([1.5, -0.0] as [Float], shape: [2]),
      "e": StoredTensor([] as [Float], shape: [0, 3]),
      "i": StoredTensor([-5, 6] as [Int32], shape: [2]),
      "n": StoredTensor([7] as [Int64], shape: []),
      "s": StoredTensor([UInt64.max], shape: [1]),
    ],
    metadata: ["note": "café \"x\"\n/"])

  @Test func writesTheBytesOfThePythonPackage() throws {
    let data = try #require(
      Data(base64Encoded: SafetensorsTests.recorded, options: .ignoreUnknownCharacters))
    let written = SafetensorsTests.content.encoded()
    #expect(written == Array(data))
  }

  @Test func readsTheBytesOfThePythonPackage() throws {
    let folder = try TemporaryFolder()
    let data = try #require(
      Data(base64Encoded: SafetensorsTests.recorded, options: .ignoreUnknownCharacters))
    let file = folder.file("a.safetensors")
    try data.write(to: URL(filePath: file))
    let read = try Safetensors(reading: file)
    #expect(read == SafetensorsTests.content)
    #expect(read.tensors["a"]?.doubles == [1, 2, 3, -1e300])
    #expect(read.tensors["b"]?.floats?.map(\.bitPattern) == [0x3FC0_0000, 0x8000_0000])
    #expect(read.tensors["i"]?.integers == [-5, 6])
    #expect(read.tensors["s"]?.unsignedIntegers == [UInt64.max])
    #expect(read.tensors["b"]?.integers == nil)
    #expect(read.tensors["n"]?.shape == [])
  }

  @Test(arguments: [
    ("{", 0, "header that is no JSON (line 1, column 2: a name in quotes should stand here)"),
    ("[]", 0, "has a list for a header where an object should be"),
    (#"{"a":1}"#, 0, "a tensor 'a' that is no object"),
    (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "a tensor 'a' that has no dtype"),
    (entry("F33", "[1]", "[0,4]"), 4, "a tensor 'a' that has the unknown dtype 'F33'"),
    (entry("F32", "[-1]", "[0,4]"), 4, "has the number -1 in shape where a whole number should"),
    (entry("F32", "[1.0]", "[0,4]"), 4, "has the number 1.0 in shape where a whole number should"),
    (entry("F32", "1", "[0,4]"), 4, "a tensor 'a' that has no list shape"),
    (entry("F32", "[1]", "[0,4,8]"), 4, "has data_offsets that are no start and end"),
    (entry("F32", "[1]", "[4,0]"), 4, "has data_offsets that are no start and end"),
    (entry("F32", "[1]", "[0,4]"), 3, "ends at byte 4 of the data, which has 3"),
    (entry("F32", "[2]", "[0,4]"), 4, "needs 8 bytes for F32 [2] but owns 4"),
    (
      entry("F32", "[4294967296,4294967296]", "[0,4]"), 4,
      "has a shape [4294967296, 4294967296] too large"
    ),
    (entry("F32", "[1]", "[0,4]"), 5, "has 1 bytes after its last tensor"),
    (entry("F32", "[1]", "[4,8]"), 8, "has 4 bytes before the tensor 'a' that none owns"),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, 3,
      "a tensor 'b' that overlaps another"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2,
      #"the name "a" stands twice"#
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"extra":0}}"#, 1,
      "a tensor 'a' that has an unknown member 'extra'"
    ),
    (#"{"__metadata__":{"a":1}}"#, 0, "metadata that has the number 1 for 'a' where a text"),
  ])
  func refuses(header: String, dataCount: Int, problem: String) throws {
    let bytes = file(header: header, dataCount: dataCount)
    let error = try #require(throws: FileError.self) {
      try Safetensors(bytes: bytes, file: "f.safetensors")
    }
    #expect(error.file == "f.safetensors")
    #expect(error.problem.contains(problem))
  }

  @Test func refusesAHeaderLongerThanTheFile() throws {
    let short = try #require(throws: FileError.self) { try Safetensors(bytes: [1], file: "f") }
    let long = try #require(throws: FileError.self) {
      try Safetensors(bytes: [255, 255, 255, 255, 255, 255, 255, 255, 0], file: "f")
    }
    #expect(short.problem == "has 1 bytes, fewer than the 8 of a header length")
    #expect(long.problem.contains("has room for 1 bytes of header but says that it has 1844674407"))
  }

  @Test func refusesEveryTruncation() {
    let whole = SafetensorsTests.content.encoded()
    for count in whole.indices {
      #expect(throws: FileError.self, "cut to \(count) bytes") {
        try Safetensors(bytes: Array(whole[..<count]), file: "f")
      }
    }
  }

  @Test func survivesFlippedBits() {
    let whole = SafetensorsTests.content.encoded()
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8)
      }
      do {
        let content = try Safetensors(bytes: bytes, file: "f")
        #expect(content.encoded().count <= bytes.count, "\(bytes)")
      } catch {
        #expect(error is FileError, "\(bytes)")
      }
    }
  }

  fileprivate static func entry(_ kind: String, _ shape: String, _ offsets: String) -> String {
    #"{"a":{"dtype":"\#(kind)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  private func file(header: String, dataCount: Int) -> [UInt8] {
    let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
    return length + Array(header.utf8) + [UInt8](repeating: 0, count: dataCount)
  }
}
