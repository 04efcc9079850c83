/// The one list of all tasks, from which help texts, tables and look-ups are made.
public enum TaskCatalogue {
  /// Every task, in the order to show them: the paper's five, then later ones.
  public static let all: [any SequenceTask.Type] = [
    Copy.self, RepeatCopy.self, AssociativeRecall.self, DynamicNGrams.self, PrioritySort.self,
    AllocationCopy.self,
  ]

  /// The names of all tasks, in the same order.
  public static var names: [String] { all.map { $0.name } }

  /// The task of a name.
  ///
  /// - Throws: `UnknownTaskError` if there is none.
  public static func task(named name: String) throws(UnknownTaskError) -> any SequenceTask.Type {
    guard let task = all.first(where: { $0.name == name }) else {
      throw UnknownTaskError(name: name, known: names)
    }
    return task
  }
}

/// A name that no task has.
public struct UnknownTaskError: Error, Equatable, CustomStringConvertible {
  public let name: String
  let known: [String]

  /// The task that was most likely meant; nil where none resembles the name.
  public var nearest: String? { nearestName(to: name, among: known) }

  public var description: String {
    let guess = nearest.map { "did you mean \"\($0)\"? " } ?? ""
    return "there is no task \"\(name)\": \(guess)the tasks are \(known.joined(separator: ", "))"
  }
}
