import TapeheadKernels

// y = [x₁, x₂, …]; dxᵢ is the part of dy that stands where xᵢ stood.
// The planner lets the parts be made in their places where it can, and copies the others.

/// Joins values, as vectors, into one vector.
package struct Concatenate: DifferentiableOperation {
  package var name: String { "concatenate" }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    [[inputs.reduce(0) { $0 + $1.count }]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.copy, sizes: [])
  }

  package func pullback(_ step: Pullback) {
    let dy = step.cotangent()
    var offset = 0
    for (index, input) in step.inputs.enumerated() {
      if step.wants(index) {
        let part = dy.slice(from: offset, count: input.count)
        step.contribute(part.reshaped(to: input.shape), to: index)
      }
      offset += input.count
    }
  }
}

/// Joins values, as vectors, into one vector; no copy is made of what stands side by side as it is.
public func concatenate(_ values: [Value]) -> Value {
  precondition(!values.isEmpty, "concatenate needs at least one value")
  if values.count == 1 { return values[0].reshaped(to: [values[0].count]) }
  let trace = values[0].trace
  return trace.joinedAlready(values) ?? trace.record(Concatenate(), values)[0]
}

extension Trace {
  /// The part of a value that slices of it make up, if they follow each other in it.
  fileprivate func joinedAlready(_ slices: [Value]) -> Value? {
    guard case .view(let root, let start, differentiable: true) = values[slices[0].id].origin
    else { return nil }
    var end = start
    for slice in slices {
      guard values[slice.id].origin == .view(of: root, offset: end, differentiable: true) else {
        return nil
      }
      end += slice.count
    }
    return value(root).slice(from: start, count: end - start)
  }
}
