import TapeheadTraining
import TestSupport
import Testing

struct TensorBoardLogTests {
  // TensorBoard's own reader took these bytes for two scalars, "a" and "b/c", at step 7.
  private static let recorded: [UInt8] = [
    24, 0, 0, 0, 0, 0, 0, 0, 163, 127, 75, 34, 9, 0, 0, 0, 0, 0, 0, 248, 63, 26, 13, 98, 114, 97,
    105, 110, 46, 69, 118, 101, 110, 116, 58, 50, 42, 40, 100, 108, 35, 0, 0, 0, 0, 0, 0, 0, 176,
    159, 119, 67, 9, 0, 0, 0, 0, 0, 0, 4, 64, 16, 7, 42, 22, 10, 8, 10, 1, 97, 21, 0, 0, 128, 63,
    10, 10, 10, 3, 98, 47, 99, 21, 0, 0, 32, 192, 108, 81, 126, 81,
  ]

  @Test func writesRecordsThatTensorBoardReads() throws {
    let folder = try TemporaryFolder()
    let log = try TensorBoardLog(startingIn: folder.path, after: 0, wallTime: 1.5)
    try log.append(["a": 1, "b/c": -2.5], step: 7, wallTime: 2.5)
    let bytes = try FileSystem.content(of: log.path)
    #expect(bytes == TensorBoardLogTests.recorded)
  }

  @Test func startsTheNextFileOnResuming() throws {
    let folder = try TemporaryFolder()
    let first = try TensorBoardLog(startingIn: folder.path, after: 0, wallTime: 1)
    let second = try TensorBoardLog(startingIn: folder.path, after: 200, wallTime: 2)
    let names = try folder.names()
    let sizes = try [first, second].map { try FileSystem.content(of: $0.path).count }
    #expect(names == ["events.out.tfevents.00001", "events.out.tfevents.00002"])
    // A session start: 16 bytes of frame, and time (9), step (3) and session log (4).
    #expect(sizes[1] - sizes[0] == 32)
  }
}
