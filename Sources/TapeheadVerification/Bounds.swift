import TapeheadTraining

// How far ours may be from a recording, which was computed in float64:
//
//   bound = max(32 d, 1e-6)          where the manifest says how far, d, a float32 run of that
//                                    implementation itself was from its float64 run,
//   bound = max(1e-5 |largest|, 1e-6)   elsewhere, |largest| being the tensor's largest magnitude.
//
// Members of `float32_run_of_the_same_reference_max_abs_deviation` are read so:
//   a tensor's name, as "step.output" or "loss": d is absolute, as the manifest's key says;
//   "grad_worst_relative_to_max_of_its_tensor": for every gradient, d is that times |largest|.
//   "grad_of_parameters_and_X_only": the same for all gradients but those of first states.
//   "grad_worst_absolute" says the same of the worst gradient only, and is not used.
// `…_of_a_parameter_after_each_step` is a list, absolute, by step, and is read for a parameter's change in
// that step. torch's momentum buffer is the change in the last step over the learning rate, so it is
// read for the buffer too, over that rate: where a gradient is small, the buffer is a ratio of
// small numbers, and no float32 run has it to 1e-5.

/// What a manifest says about the deviations of float32.
struct Bounds {
  /// Our deviation may be this many times that of the recorded implementation's own float32 run.
  static let float32Factor = 32.0
  /// Where the manifest says nothing: the deviation relative to the tensor's largest magnitude.
  static let relative = 1e-5
  /// The least bound.
  static let least = 1e-6

  /// What a tensor's deviation is measured by.
  enum Measure {
    /// The member of this name, which is absolute.
    case named(String)
    /// The member for gradients, which is relative to the tensor's largest magnitude.
    case gradient
    /// The member for gradients of parameters and inputs; where it is missing, that for all.
    case parameterGradient
    /// A parameter's change in a step, counted from 0, over a rate.
    case change(step: Int, over: Double = 1)
  }

  static let key = "float32_run_of_the_same_reference_max_abs_deviation"
  private let manifest: JSONValue

  init(_ manifest: JSONValue) {
    self.manifest = manifest
  }

  /// The bound for a tensor of this largest magnitude.
  func bound(_ measure: Measure, largest: Double) -> Double {
    let float32 = float32Deviation(measure, largest: largest)
    return max(float32.map { Self.float32Factor * $0 } ?? Self.relative * largest, Self.least)
  }

  private func float32Deviation(_ measure: Measure, largest: Double) -> Double? {
    switch measure {
    case .named(let name):
      return member(name)
    case .gradient:
      return member("grad_worst_relative_to_max_of_its_tensor").map { $0 * largest }
    case .parameterGradient:
      let deviation = member("grad_of_parameters_and_X_only").map { $0 * largest }
      return deviation ?? float32Deviation(.gradient, largest: largest)
    case .change(let step, let rate):
      guard case .array(let steps)? = manifest["\(Self.key)_of_a_parameter_after_each_step"],
        steps.indices.contains(step)
      else { return nil }
      return number(steps[step]).map { $0 / rate }
    }
  }

  private func member(_ name: String) -> Double? { number(manifest[Self.key]?[name]) }

  private func number(_ value: JSONValue?) -> Double? {
    guard case .number(let text)? = value else { return nil }
    return Double(text)
  }
}
