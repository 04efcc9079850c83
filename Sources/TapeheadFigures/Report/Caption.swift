/// What stands under a figure: what it shows, and which run and seeds it was made from.
public struct Caption: Sendable, Equatable {
  public var text: String
  /// The names of the runs that it was made from.
  public var runs: [String]
  /// Their seeds, in any order.
  public var seeds: [Int]

  public init(_ text: String, runs: [String] = [], seeds: [Int] = []) {
    (self.text, self.runs, self.seeds) = (text, runs, seeds)
  }

  /// The origin as text: "Run copy-ntm, seeds 1–3, 7.", empty where nothing is known.
  package var origin: String {
    var parts: [String] = []
    if !runs.isEmpty {
      parts.append((runs.count == 1 ? "run " : "runs ") + runs.joined(separator: ", "))
    }
    if !seeds.isEmpty {
      parts.append((Set(seeds).count == 1 ? "seed " : "seeds ") + intervals(of: seeds))
    }
    guard let first = parts.first?.first else { return "" }
    let text = parts.joined(separator: ", ")
    return first.uppercased() + text.dropFirst() + "."
  }
}

/// Whole numbers in ascending order, neighbours joined: "1–3, 7".
private func intervals(of numbers: [Int]) -> String {
  var runs: [ClosedRange<Int>] = []
  for number in Set(numbers).sorted() {
    if let last = runs.last, last.upperBound + 1 == number {
      runs[runs.count - 1] = last.lowerBound...number
    } else {
      runs.append(number...number)
    }
  }
  return runs.map { run in
    switch run.count {
    case 1: "\(run.lowerBound)"
    case 2: "\(run.lowerBound), \(run.upperBound)"
    default: "\(run.lowerBound)–\(run.upperBound)"
    }
  }.joined(separator: ", ")
}
