package import TapeheadEngine

/// Compares losses and gradients of the executor with those of the reference in Double.
///
/// The reference's gradient is made of central differences in Double; their own error is far below a
/// float's, so a gradient that is wrong by one part in ten thousand shows.
package struct GradientCheck {
  /// Along what the differences are taken.
  package enum Probes: Sendable {
    case everyNumber
    /// Along vectors of random signs, for each parameter as a whole.
    case directions(Int)
  }

  /// The largest difference found, as a part of the largest possible.
  package struct Deviation: CustomStringConvertible {
    package var name = "nothing"
    package var error = -1.0
    package var found = 0.0
    package var wanted = 0.0

    package var description: String { "\(name): \(found) instead of \(wanted), error \(error)" }

    fileprivate mutating func add(_ name: String, _ found: Double, _ wanted: Double, scale: Double)
    {
      let difference = abs(found - wanted)
      let part = difference / max(scale, GradientCheck.smallest)
      let error = part.isNaN ? .infinity : part
      guard error > self.error else { return }
      self = Deviation(name: name, error: error, found: found, wanted: wanted)
    }
  }

  /// Step of the differences: their error is about its square.
  private static let step = 1e-5
  /// A gradient below this counts as if it were this large.
  private static let smallest = 1e-3

  private let program: Program
  private let reference: ReferenceProgram
  private let probes: Probes
  private let settings: ExecutionSettings

  package init(
    _ program: Program, probes: Probes = .everyNumber,
    settings: ExecutionSettings = ExecutionSettings(
      microBatch: 2, threads: 1, instructionSet: .fastest)
  ) {
    self.program = program
    self.reference = ReferenceProgram(program)
    self.probes = probes
    self.settings = settings
  }

  /// The largest deviation of a loss or a gradient with these parameters.
  ///
  /// - Throws: `IllegalPlan` when the plan's own check fails.
  package func largestDeviation(_ batch: SequenceBatch, _ store: ParameterStore) throws -> Deviation
  {
    let executor = TrainingExecutor(
      program, parameters: store, settings: settings, longestSequence: batch.lengths.max() ?? 1)
    try executor.plan.check()
    let gradient = ParameterStore(store.list)
    gradient.buffer.fill(.nan)
    _ = executor.lossAndGradient(batch, into: gradient)

    var numbers = store.list.all.map { store[$0].map { Double($0) } }
    let (losses, stopped) = reference.losses(batch, parameters: numbers)
    var deviation = Deviation()
    let largest = losses.reduce(0) { max($0, abs($1)) }
    for (sequence, loss) in losses.enumerated() {
      deviation.add(
        "loss of sequence \(sequence)", Double(executor.losses[sequence]), loss, scale: largest)
    }

    var random = SeededGenerator(seed: 3)
    for (index, parameter) in store.list.all.enumerated() where parameter.trained {
      let found = gradient[parameter].map { Double($0) }
      func difference(along direction: [Double]) -> Double {
        let start = numbers[index]
        defer { numbers[index] = start }
        func loss(_ step: Double) -> Double {
          numbers[index] = zip(start, direction).map { $0 + step * $1 }
          return reference.losses(batch, parameters: numbers, stopping: stopped).losses
            .reduce(0, +)
        }
        return (loss(Self.step) - loss(-Self.step)) / (2 * Self.step)
      }
      switch probes {
      case .everyNumber:
        let wanted = found.indices.map { number in
          difference(along: found.indices.map { $0 == number ? 1 : 0 })
        }
        let scale = wanted.reduce(0) { max($0, abs($1)) }
        for number in found.indices {
          deviation.add(
            "\(parameter.name)[\(number)]", found[number], wanted[number], scale: scale)
        }
      case .directions(let count):
        let scale = found.reduce(0) { $0 + abs($1) }
        for _ in 0..<count {
          let direction = random.signs(found.count)
          deviation.add(
            parameter.name, zip(found, direction).reduce(0) { $0 + $1.0 * $1.1 },
            difference(along: direction), scale: scale)
        }
      }
    }
    return deviation
  }

  /// Of the differences along inputs, which are floats.
  private static let inputStep: Float = 0x1p-9

  /// The largest deviation of the gradient for the inputs of a program that was traced with it.
  ///
  /// - Throws: `IllegalPlan` when the plan's own check fails.
  package func largestInputDeviation(
    _ batch: SequenceBatch, _ store: ParameterStore
  ) throws -> Deviation {
    let executor = TrainingExecutor(
      program, parameters: store, settings: settings, longestSequence: batch.lengths.max() ?? 1)
    try executor.plan.check()
    _ = executor.lossAndGradient(batch, into: ParameterStore(store.list))
    let numbers = store.list.all.map { store[$0].map { Double($0) } }
    let stopped = reference.losses(batch, parameters: numbers).stopped
    let wanted = batch.inputs.indices.map { index in
      let sides = [Self.inputStep, -Self.inputStep].map { step in
        var batch = batch
        batch.inputs[index] += step
        let losses = reference.losses(batch, parameters: numbers, stopping: stopped).losses
        return (input: Double(batch.inputs[index]), loss: losses.reduce(0, +))
      }
      return (sides[0].loss - sides[1].loss) / (sides[0].input - sides[1].input)
    }
    let scale = wanted.reduce(0) { max($0, abs($1)) }
    var deviation = Deviation()
    for (index, wanted) in wanted.enumerated() {
      deviation.add(
        "input \(index)", Double(executor.inputGradients[index]), wanted, scale: scale)
    }
    return deviation
  }
}
