import TapeheadKernels

// y_h = Σₖ m(h, k) xₖ(h) (DNC, "Read weighting").
// dm(h, k) = Σᵢ xₖ(h, i) dy(h, i), dxₖ(h) = m(h, k) dy(h).

/// A mixture of candidates [k, h, N] for each of h rows, in the proportions [h, k].
package struct Blend: DifferentiableOperation {
  package var name: String { "blend" }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (modes, candidates) = (inputs[0], inputs[1])
    guard candidates.dimensions.count == 3, modes.dimensions.count == 2,
      candidates.dimensions.prefix(2) == [modes.dimensions[1], modes.dimensions[0]]
    else {
      throw ShapeMismatch(
        name, needs: "for each head as many modes as candidates", found: inputs)
    }
    return [Shape(Array(candidates.dimensions.dropFirst()))]
  }

  private func sizes(_ modes: Shape, _ candidates: Shape) -> [Int] {
    [candidates.rowLength] + modes.dimensions
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.blend, sizes: sizes(inputs[0], inputs[1]))
  }

  package func pullback(_ step: Pullback) {
    let (modes, candidates) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "blend gradient", \.blend_gradient, sizes: sizes(modes.shape, candidates.shape),
      outputs: [modes.shape, candidates.shape])
    let made = step.record(operation, [modes, candidates, step.cotangent()])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// Mixtures `[h, N]` of k candidates `[h, N]`, each row in its own of these proportions `[h, k]`.
  public func blend(of candidates: [Value]) -> Value {
    precondition(!candidates.isEmpty, "a blend needs at least one candidate")
    let joined = concatenate(candidates).reshaped(
      to: Shape([candidates.count] + candidates[0].shape.dimensions))
    return trace.record(Blend(), [self, joined])[0]
  }
}
