import TapeheadTraining

/// How far a scheduled run came, kept in its folder beside the checkpoint.
public struct RunProgress: Codable, Sendable, Equatable {
  /// Sequences trained on.
  public var sequences = 0
  public var solvedAfter: Int?
  /// Spent on training, over all sessions, but not what a killed one had spent since its last note.
  public var seconds = 0.0
  public var secondsToSolve: Double?
  /// Why training stopped for good: a number that was not finite.
  public var failure: String?

  init(sequences: Int = 0) { self.sequences = sequences }
}

/// A value in a JSON file of its own in a run's folder.
struct RunNote<Content: Codable> {
  let path: String

  init(_ name: String, in folder: String) {
    self.path = "\(folder)/\(name)"
  }

  /// Nil where there is no such file yet.
  ///
  /// - Throws: `FileError` for one that cannot be read or holds something else.
  func read() throws -> Content? {
    guard try FileSystem.kind(of: path) == .file else { return nil }
    do {
      return try JSONParser.parse(FileSystem.content(of: path)).decode(Content.self)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(
        path, "does not hold what a scheduled run notes there",
        remedy: "remove it, and the run is looked at anew")
    }
  }

  func write(_ content: Content) throws {
    try AtomicFile.write(Array(JSONValue(encoding: content).pretty.utf8), to: path)
  }
}

extension Job {
  var progressNote: RunNote<RunProgress> { RunNote("progress.json", in: folder) }
  var outcomeNote: RunNote<RunOutcome> { RunNote("outcome.json", in: folder) }
}
