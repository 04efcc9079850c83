import TapeheadKernels

// y(i) = Σⱼ w(i − dⱼ) s(j), indices modulo N (NTM, equation 8), for taps that move by d₁, d₂, …
// dw(i) = Σⱼ dy(i + dⱼ) s(j), ds(j) = Σᵢ dy(i) w(i − dⱼ).

/// Moves a weighting by a distribution over shifts.
package struct CircularConvolution: DifferentiableOperation {
  /// How far each tap moves the weighting.
  package let shifts: [Int]

  package var name: String { "circular convolution" }

  private func sizes(_ count: Int) -> [Int] { [count, shifts.count] + shifts }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[1].count == shifts.count else {
      throw ShapeMismatch(name, needs: "\(shifts.count) taps beside a weighting", found: inputs)
    }
    return [inputs[0]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.circular_convolution, sizes: sizes(outputs[0].count))
  }

  package func pullback(_ step: Pullback) {
    let (weighting, taps) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "circular convolution gradient", \.circular_convolution_gradient,
      sizes: sizes(weighting.count), outputs: [weighting.shape, taps.shape])
    let made = step.record(operation, [weighting, taps, step.cotangent()])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// This weighting `[N]` moved by `shifts`, each as much as its tap says.
  public func convolved(with taps: Value, shifts: [Int]) -> Value {
    trace.record(CircularConvolution(shifts: shifts), [self, taps])[0]
  }
}
