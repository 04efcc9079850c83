import TapeheadTraining
import TestSupport
import Testing

struct RunFolderTests {
  @Test func makesTheFoldersAboveIt() throws {
    let folder = try TemporaryFolder()
    let run = try RunFolder(creating: folder.file("a/b/run/"))
    #expect(try FileSystem.kind(of: folder.file("a/b/run")) == .folder)
    #expect(run.checkpoint.hasSuffix("/checkpoint.safetensors"))
  }

  @Test func numbersNamesThatAreTaken() throws {
    let folder = try TemporaryFolder()
    let runs = try (0..<3).map { _ in
      try RunFolder(creating: "copy-ntm-lstm-seed1", in: folder.file("runs"))
    }
    let names = try FileSystem.names(in: folder.file("runs"))
    #expect(names == ["", "-2", "-3"].map { "copy-ntm-lstm-seed1" + $0 })
    #expect(runs.map { FileSystem.name(of: $0.path) } == names)
  }

  @Test func neverOverwritesARun() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("run")
    let run = try RunFolder(creating: path)
    try run.withLock {}
    _ = try RunFolder(creating: path)  // A lock alone is no run yet.
    _ = try folder.write("{", to: "run/.config.json.partial")
    _ = try RunFolder(creating: path)  // Nor is what a kill left of its first file.
    try AtomicFile.write(Array("{}".utf8), to: run.configuration)
    let error = try #require(throws: FileError.self) { try RunFolder(creating: path) }
    #expect(
      error.description
        == "\(path) holds a run already; continue it with `tapehead resume \(path)`, "
        + "or choose another folder")
  }

  @Test func usesNoFolderOfOtherThings() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("text", to: "file")
    let full = try #require(throws: FileError.self) { try RunFolder(creating: folder.path) }
    let onFile = try #require(throws: FileError.self) { try RunFolder(creating: file) }
    let underFile = try #require(throws: FileError.self) { try RunFolder(creating: file + "/run") }
    #expect(full.problem == "is not empty")
    #expect(onFile.problem == "is a file")
    #expect(underFile.problem.hasSuffix("because part of the path is a file and no folder"))
  }

  @Test func opensRunsOnly() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("text", to: "file")
    let problems = [folder.file("missing"), file, folder.path].map { path in
      #expect(throws: FileError.self) { try RunFolder(opening: path) }?.problem
    }
    #expect(
      problems == [
        "does not exist", "is a file and no run folder",
        "is no run folder, as it holds no config.json",
      ])
    _ = try folder.write("{}", to: "config.json")
    let run = try RunFolder(opening: folder.path)
    #expect(run.path == folder.path)
  }

  // Locks of flock belong to open files, so two of one process exclude each other too.
  @Test func isUsedByOneProcessAtATime() throws {
    let folder = try TemporaryFolder()
    let run = try RunFolder(creating: folder.file("run"))
    try run.withLock {
      let error = #expect(throws: FileError.self) { try run.withLock {} }
      #expect(error?.problem == "is in use by another process that trains in it")
    }
    try run.withLock {}
  }
}

struct FileSystemTests {
  @Test(arguments: [
    ("a/b/c", "a/b", "c"), ("a/b/", "a", "b"), ("c", ".", "c"), ("/c", "/", "c"), ("/", "/", ""),
    ("./c", ".", "c"), ("a//b", "a", "b"),
  ])
  func splitsPaths(path: String, folder: String, name: String) {
    let parts = [FileSystem.folder(of: path), FileSystem.name(of: path)]
    #expect(parts == [folder, name])
  }
}
