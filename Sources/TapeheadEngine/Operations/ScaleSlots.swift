import TapeheadKernels

// M'(j, i) = M(j, i) s(i); dM(j, i) = s(i) dM'(j, i), ds(i) = Σⱼ M(j, i) dM'(j, i).

/// A memory [M, N] with each slot scaled by a number of its own [N].
package struct ScaleSlots: DifferentiableOperation {
  package var name: String { "scale slots" }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].dimensions.count == 2, inputs[1].count == inputs[0].rowLength else {
      throw ShapeMismatch(name, needs: "a memory and one number for each slot", found: inputs)
    }
    return [inputs[0]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.scale_slots, sizes: inputs[0].dimensions)
  }

  package func pullback(_ step: Pullback) {
    let (memory, scales) = (step.inputs[0], step.inputs[1])
    let operation = GradientKernel(
      "scale slots gradient", \.scale_slots_gradient, sizes: memory.shape.dimensions,
      outputs: [memory.shape, scales.shape], inPlace: [(0, 2)])
    let made = step.record(operation, [memory, scales, step.cotangent()])
    step.contribute(made[0], to: 0)
    step.contribute(made[1], to: 1)
  }
}

extension Value {
  /// This memory `[M, N]` with slot i scaled by the i-th number of `scales` `[N]`.
  public func slotsScaled(by scales: Value) -> Value {
    trace.record(ScaleSlots(), [self, scales])[0]
  }
}
