/// The one of `names` that someone who typed `word` most likely meant.
///
/// - Returns: the name with the smallest edit distance; nil where even that would change more than
///   half of the word.
package func nearestName(to word: String, among names: [String]) -> String? {
  names
    .map { (name: $0, distance: editDistance(word, $0)) }
    .filter { $0.distance <= min($0.name.count, word.count) / 2 }
    .min { $0.distance < $1.distance }?
    .name
}

/// The fewest characters to insert, remove or replace that turn one word into the other (Levenshtein 1966).
private func editDistance(_ first: String, _ second: String) -> Int {
  let second = Array(second)
  // row[j]: the distance between the part of `first` so far and the first j characters of `second`.
  var row = Array(0...second.count)
  for character in first {
    var diagonal = row[0]
    row[0] += 1
    for column in second.indices {
      let replaced = diagonal + (character == second[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
    }
  }
  return row[second.count]
}
