import TapeheadKernels

// L'(i, j) = (1 − w(i) − w(j)) L(i, j) + w(i) p(j), L'(i, i) = 0 (DNC, "Temporal memory linkage");
// f = L' x and b = L'ᵀ x (DNC, "Read weighting"). The links are far larger than all else, so all this is one pass
// over them, and so is its gradient, which makes L' again from L.
// With D(i, j) = dL'(i, j) + Σ_h df_h(i) x_h(j) + x_h(i) db_h(j), but 0 where i = j:
// dx = L'ᵀ df + L' db, dL(i, j) = (1 − w(i) − w(j)) D(i, j),
// dw(k) = Σⱼ D(k, j) (p(j) − L(k, j)) − Σᵢ D(i, k) L(i, k), dp(j) = Σᵢ w(i) D(i, j).

/// The links [N, N] after a write with a weighting [N], given where was written before, and where they lead forward
/// and backward from each of the weightings [h, N].
package struct LinkStep: DifferentiableOperation {
  package var name: String { "link step" }
  package var outputCount: Int { 3 }
  package var inPlace: [(output: Int, input: Int)] { [(0, 0)] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    let (links, weighting, precedence, from) = (inputs[0], inputs[1], inputs[2], inputs[3])
    guard links.dimensions == [weighting.count, weighting.count], precedence == weighting,
      from.rowLength == weighting.count
    else {
      throw ShapeMismatch(
        name, needs: "links of slots × slots, a weighting, a precedence, and weightings to follow",
        found: inputs)
    }
    return [links, from, from]
  }

  private func sizes(_ from: Shape) -> [Int] { [from.rowLength, from.rowCount] }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.link_step, sizes: sizes(inputs[3]))
  }

  package func pullback(_ step: Pullback) {
    // What links are to be added to would have to be read a second time.
    let operation = GradientKernel(
      "link step gradient", \.link_step_gradient, sizes: sizes(step.inputs[3].shape),
      outputs: step.inputs.map(\.shape), inPlace: [(0, 6)], accumulates: [1, 2, 3])
    let made = step.record(
      operation, step.inputs + [step.cotangent(1), step.cotangent(2), step.cotangent(0)])
    for index in 0..<4 { step.contribute(made[index], to: index) }
  }
}

extension Value {
  /// These links `[N, N]` after a write with a weighting `[N]`, given the precedence before it, and where they then
  /// lead from weightings `[h, N]`: to what was written after, and before.
  public func links(
    afterWriting weighting: Value, precedence: Value, from weightings: Value
  ) -> (links: Value, forward: Value, backward: Value) {
    let made = trace.record(LinkStep(), [self, weighting, precedence, weightings])
    return (made[0], made[1], made[2])
  }
}
