/// The mean of a sample, and how far it may be from the true one.
public struct SampleMean: Sendable, Equatable {
  public let value: Double
  /// Half the width of the 95 % confidence interval: 1.96 standard errors, 0 for a single value.
  public let confidence: Double

  /// The mean of at least one value.
  package init(of values: [Double]) {
    precondition(!values.isEmpty, "there is no mean of nothing")
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = values.count > 1 ? squares / (count - 1) : 0
    self.value = mean
    self.confidence = 1.96 * (variance / count).squareRoot()
  }
}
