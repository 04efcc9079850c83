/// Seconds that training steps spent on each of their parts.
public struct StepTimes: Sendable, Equatable {
  /// Drawing sequences.
  public var data = 0.0
  /// Forward and back.
  public var gradient = 0.0
  /// Scaling and clipping the gradient, and looking whether it is finite.
  public var clipping = 0.0
  /// Changing the parameters.
  public var update = 0.0

  public init() {}
}

/// Tells how long it is since the last time it was asked.
struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    let passed = (now - last).components
    return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
  }
}
