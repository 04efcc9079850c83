/// The mean of a sample, and how far it may be from the true one.
public struct SampleMean: Sendable, Equatable {
  public let value: Double
  /// Half the width of the 95 % confidence interval, by Student's distribution; infinite for a single value.
  public let confidence: Double

  /// The mean of at least one value.
  package init(of values: [Double]) {
    precondition(!values.isEmpty, "there is no mean of nothing")
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.value = mean
    self.confidence =
      values.count > 1
      ? Self.quantile(freedom: values.count - 1) * (squares / (count - 1) / count).squareRoot()
      : .infinity
  }

  /// The 0.975 quantile of Student's distribution, within 0.2 %.
  package static func quantile(freedom: Int) -> Double {
    switch freedom {
    case 1: return 12.7062
    case 2: return 4.302_65
    default:
      // Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.5: around the normal distribution's.
      let z = 1.959_964
      let n = Double(freedom)
      let square = z * z
      let z3 = square * z
      let z5 = square * z3
      let z7 = square * z5
      let z9 = square * z7
      let first = (z3 + z) / 4
      let second = (5 * z5 + 16 * z3 + 3 * z) / 96
      let third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384
      let fourth = (79 * z9 + 776 * z7 + 1_482 * z5 - 1_920 * z3 - 945 * z) / 92_160
      return z + (first + (second + (third + fourth / n) / n) / n) / n
    }
  }
}
