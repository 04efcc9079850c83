import TapeheadTasks
package import TapeheadTraining

/// A cost that the paper's curve reached, and when ours did.
package struct Mark: Equatable {
  /// Sequences after which the mark is read from the paper's curve.
  package let after: Int
  /// Bits per sequence.
  package let bits: Double
  /// Sequences at which the paper's curve was there first.
  package let paper: Double
  /// For each seed the sequences that it needed, infinite where it did not get there.
  package let ours: [Double]

  /// Median over the seeds.
  package var median: Double? { Spread(ours)?.median }

  /// Our median over the paper's number: below 1, ours needed fewer sequences.
  package var ratio: Double? { median.map { $0 / paper } }

  /// Where marks are read from the paper's curves, in sequences.
  static let places = [50_000, 100_000, 200_000, 500_000, 1_000_000]
  /// A paper's cost below this reads as zero from the drawing, and this counts in its place.
  static let least = 0.01
  /// Sequences around a record that count for it.
  ///
  /// The paper's points are as far apart, the first at some 5,000, as the middles of such stretches are; a single
  /// record of ours would be there sooner, by chance.
  static let stretch = 10_000

  /// The marks for runs of one configuration, equal ones only once; none where the task is not the paper's.
  package static func marks(
    of configuration: RunConfiguration, histories: [MetricHistory]
  ) -> [Mark] {
    guard let curve = configuration.paperCurve?.comparable else { return [] }
    var marks: [Mark] = []
    for place in places {
      guard let bits = curve.bits(after: Double(place)).map({ max($0, least) }),
        let paper = curve.sequences(toReach: bits), bits < marks.last?.bits ?? .infinity,
        paper > marks.last?.paper ?? 0
      else { continue }
      let ours = histories.map {
        $0.sequences(toReach: bits, overSequences: stretch).map(Double.init) ?? .infinity
      }
      marks.append(Mark(after: place, bits: bits, paper: paper, ours: ours))
    }
    return marks
  }
}
