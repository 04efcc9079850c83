import TapeheadKernels

// Losses from logits x and targets y, in nats, each step weighted by what it counts for.
// Binary: weight Σ max(x, 0) − x y + log(1 + e^−|x|); dx = weight (σ(x) − y).
// Softmax over groups: −weight Σ y log p; dx = weight (Σ y · p − y).

/// A cross-entropy of one step.
package struct CrossEntropy: DifferentiableOperation {
  package enum Kind: Sendable { case binary, softmax(group: Int) }

  package let kind: Kind

  package var name: String { "cross-entropy" }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].count == inputs[1].count, inputs[2].count == 1 else {
      throw ShapeMismatch(name, needs: "as many logits as targets, and a weight", found: inputs)
    }
    if case .softmax(let group) = kind, group < 1 || inputs[0].count % group != 0 {
      throw ShapeMismatch(name, needs: "whole groups of \(group) logits", found: [inputs[0]])
    }
    return [[1]]
  }

  private func sizes(_ count: Int) -> [Int] {
    switch kind {
    case .binary: [count]
    case .softmax(let group): [group, count / group]
    }
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    let sizes = sizes(inputs[0].count)
    return switch kind {
    case .binary: KernelCall(\.binary_cross_entropy, sizes: sizes)
    case .softmax: KernelCall(\.softmax_cross_entropy, sizes: sizes)
    }
  }

  package func pullback(_ step: Pullback) {
    let logits = step.inputs[0]
    let kernel: KernelCall.Kernel =
      switch kind {
      case .binary: \.binary_cross_entropy_gradient
      case .softmax: \.softmax_cross_entropy_gradient
      }
    let operation = GradientKernel(
      "cross-entropy gradient", kernel, sizes: sizes(logits.count), outputs: [logits.shape])
    step.contribute(step.record(operation, step.inputs + [step.cotangent()])[0], to: 0)
  }
}

extension Value {
  /// Σ of the binary cross-entropies of these logits and targets of one size, in nats, times a weight `[1]`.
  public func binaryCrossEntropy(targets: Value, weight: Value) -> Value {
    trace.record(CrossEntropy(kind: .binary), [self, targets, weight])[0]
  }

  /// Σ over groups of logits of −Σ target · log softmax, in nats, times a weight `[1]`.
  public func softmaxCrossEntropy(targets: Value, weight: Value, group: Int) -> Value {
    trace.record(CrossEntropy(kind: .softmax(group: group)), [self, targets, weight])[0]
  }
}
