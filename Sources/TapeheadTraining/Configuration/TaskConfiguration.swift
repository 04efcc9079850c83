public import TapeheadTasks

/// A task with its settings, as a configuration file holds it: its name beside its own settings.
public struct TaskConfiguration: Sendable, Equatable {
  public var task: any SequenceTask

  public init(_ task: any SequenceTask) {
    self.task = task
  }

  public var name: String { type(of: task).name }

  public static func == (first: TaskConfiguration, second: TaskConfiguration) -> Bool {
    func equal<Task: SequenceTask>(_ task: Task) -> Bool { task == second.task as? Task }
    return equal(first.task)
  }
}

extension TaskConfiguration: Codable {
  private enum Key: String, CodingKey { case name }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: .name)
    do {
      self.task = try TaskCatalogue.task(named: name).init(from: decoder)
    } catch let error as UnknownTaskError {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: container, debugDescription: error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try task.encode(to: encoder)
  }
}
