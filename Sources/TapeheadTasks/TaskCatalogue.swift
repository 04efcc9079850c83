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

  /// The known name that the fewest edits lead to, if they are at most 3 and fewer than its letters.
  public var nearest: String? {
    known.map { ($0, editDistance(from: name, to: $0)) }
      .filter { $0.1 <= min(3, $0.0.count - 1) }
      .min { $0.1 < $1.1 }?.0
  }

  public var description: String {
    let guess = nearest.map { "did you mean \"\($0)\"? " } ?? ""
    return "there is no task \"\(name)\": \(guess)the tasks are \(known.joined(separator: ", "))"
  }
}

/// How many letters must be inserted, removed or replaced to make one word of another
/// (Levenshtein 1966).
private func editDistance(from first: String, to second: String) -> Int {
  let letters = Array(second)
  // Row i holds the distances from the first i letters of `first` to each beginning of `second`.
  var row = Array(0...letters.count)
  for (index, letter) in first.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for place in letters.indices {
      let replaced = diagonal + (letter == letters[place] ? 0 : 1)
      diagonal = row[place + 1]
      row[place + 1] = min(replaced, row[place] + 1, diagonal + 1)
    }
  }
  return row[letters.count]
}
