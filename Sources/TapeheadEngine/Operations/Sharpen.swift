import TapeheadKernels

// y(i) = w(i)^γ / (Σⱼ w(j)^γ + ε) (NTM, equation 9, where ε = 0).
// With u = dy − Σ dy ∘ y: dw(i) = γ y(i)/w(i) u(i), dγ = Σ y(i) log w(i) u(i). The kernel works with
// γ (log w − max log w), so that nothing underflows for γ up to 100 and weights down to 1e-30.

/// Raises a weighting to a power and lets it sum to one again.
///
/// Beside it makes what its gradient needs: log w − max log w [N], and four numbers on all slots.
package struct Sharpen: DifferentiableOperation {
  /// What is added to the sum; 0 in the paper.
  package let epsilon: Float
  /// What comes back into the result is cut off at ± this; 0 leaves it.
  package let gradientLimit: Float

  package var name: String { "sharpen" }
  package var outputCount: Int { 3 }
  package var outputsWithoutGradient: Set<Int> { [1, 2] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[1].count == 1 else {
      throw ShapeMismatch(name, needs: "one exponent beside a weighting", found: inputs)
    }
    return [inputs[0], inputs[0], [Int(TH_SHARPENING_FACTS.rawValue)]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.sharpen, sizes: [outputs[0].count], constants: [epsilon])
  }

  package func pullback(_ step: Pullback) {
    let (weighting, gamma) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "sharpen gradient", \.sharpen_gradient, sizes: [weighting.count], constants: [epsilon],
      outputs: [weighting.shape, gamma.shape])
    var cotangent = step.cotangent()
    if gradientLimit > 0 { cotangent = cotangent.clamped(-gradientLimit, gradientLimit) }
    let made = step.record(operation, [gamma] + step.outputs + [cotangent])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// This weighting `[N]` raised to the power γ `[1]`, γ ≥ 1, and normalised.
  ///
  /// What comes back into the result is cut off at ± `gradientLimit`, unless that is 0.
  public func sharpened(
    by gamma: Value, epsilon: Float = 0, gradientLimit: Float = 0
  ) -> Value {
    trace.record(Sharpen(epsilon: epsilon, gradientLimit: gradientLimit), [self, gamma])[0]
  }
}
