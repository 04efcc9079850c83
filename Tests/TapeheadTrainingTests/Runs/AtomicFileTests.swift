import Foundation
import TapeheadTraining
import TestSupport
import Testing

struct AtomicFileTests {
  @Test func replacesTheWholeContentAndLeavesNothingElse() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(Array("a longer first".utf8), to: folder.file("a"))
    try AtomicFile.write(Array("second".utf8), to: folder.file("a"))
    let text = try folder.text(of: "a")
    let names = try folder.names()
    #expect(text == "second")
    #expect(names == ["a"])
  }

  @Test func reusesWhatAKilledProcessLeft() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("half of a long con", to: ".a.partial")
    try AtomicFile.write(Array("whole".utf8), to: folder.file("a"))
    let text = try folder.text(of: "a")
    let names = try folder.names()
    #expect(text == "whole")
    #expect(names == ["a"])
  }

  @Test func namesTheFileWhoseFolderIsMissing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("missing/a")
    let error = try #require(throws: FileError.self) { try AtomicFile.write([1], to: path) }
    #expect(
      error.description
        == "\(path) cannot be written because there is no such file or folder; check the path")
  }

  // A folder without permissions stops everyone but root; a file in its place stops root too.
  @Test func namesTheFileWhoseFolderIsAFile() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("text", to: "file")
    let error = try #require(throws: FileError.self) { try AtomicFile.write([1], to: file + "/a") }
    let text = try folder.text(of: "file")
    #expect(error.file == file + "/a")
    #expect(error.problem.hasSuffix("because part of the path is a file and no folder"))
    #expect(text == "text")
  }

  @Test func doesNotReplaceAFolder() throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: FileError.self) {
      try AtomicFile.write([1], to: folder.path)
    }
    #expect(error.problem == "cannot be written because it is a folder")
  }

  #if os(Linux) || os(macOS)
    // In a process of its own, as the limit holds for every file that the process writes.
    @Test func keepsTheOldFileWhenTheDiskIsFull() async {
      await #expect(processExitsWith: .success) {
        let folder = try TemporaryFolder()
        try AtomicFile.write(Array("old".utf8), to: folder.file("a"))
        let log = MetricLog(path: folder.file("metrics.jsonl"))
        try log.append(["sequences": 1])
        var limit = rlimit(rlim_cur: 1 << 12, rlim_max: 1 << 20)
        #if os(Linux)
          let fileSize = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
        #else
          let fileSize = RLIMIT_FSIZE
        #endif
        try #require(setrlimit(fileSize, &limit) == 0)

        let large = [UInt8](repeating: 7, count: 1 << 13)
        let error = #expect(throws: FileError.self) {
          try AtomicFile.write(large, to: folder.file("a"))
        }
        let text = try folder.text(of: "a")
        let names = try folder.names()
        #expect(error?.problem.hasSuffix("it would pass the limit on file sizes") == true)
        #expect(text == "old")
        #expect(names == ["a", "metrics.jsonl"])

        let record = ["sequences": 2, String(repeating: "long", count: 1 << 11): 0]
        #expect(throws: FileError.self) { try log.append(record) }
        let metrics = try folder.text(of: "metrics.jsonl")
        #expect(metrics == "{\"sequences\":1}\n")
      }
    }
  #endif
}
