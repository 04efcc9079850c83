import TapeheadKernels

// Three products with a matrix of the sequence's own, A [m, n]; each is the gradient of the others.
//   Y = X Aᵀ, y_h(i) = Σⱼ A(i, j) x_h(j): dX = dY A, dA = dYᵀ X
//   Y = V A,  y_h(j) = Σᵢ v_h(i) A(i, j): dV = dY Aᵀ, dA = Vᵀ dY
//   A = Vᵀ X, A(i, j) = Σ_h v_h(i) x_h(j): dV = X dAᵀ, dX = V dA

/// A [m, n] times each row of X [h, n].
package struct MatrixVector: DifferentiableOperation {
  package var name: String { "matrix times vectors" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].dimensions.count == 2, inputs[1].rowLength == inputs[0].dimensions[1] else {
      throw ShapeMismatch(name, needs: "vectors as long as the matrix is wide", found: inputs)
    }
    return [inputs[1].withRows(of: inputs[0].dimensions[0])]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(
      \.matrix_vector, sizes: inputs[0].dimensions + [inputs[1].rowCount])
  }

  package func pullback(_ step: Pullback) {
    let (matrix, vectors, dy) = (step.inputs[0], step.inputs[1], step.cotangent())
    guard step.wants(0) else { return step.contribute(dy.times(matrix: matrix), to: 1) }
    guard step.wants(1) else { return step.contribute(dy.outer(vectors), to: 0) }
    // Both in one pass over A.
    let operation = GradientKernel(
      "matrix times vectors gradient", \.matrix_vector_gradient,
      sizes: matrix.shape.dimensions + [vectors.shape.rowCount],
      outputs: [matrix.shape, vectors.shape])
    let made = step.record(operation, [matrix, vectors, dy])
    for index in 0..<2 { step.contribute(made[index], to: index) }
  }
}

/// Each row of V [h, m] times A [m, n].
package struct VectorMatrix: DifferentiableOperation {
  package var name: String { "vectors times matrix" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[1].dimensions.count == 2, inputs[0].rowLength == inputs[1].dimensions[0] else {
      throw ShapeMismatch(name, needs: "vectors as long as the matrix is high", found: inputs)
    }
    return [inputs[0].withRows(of: inputs[1].dimensions[1])]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.vector_matrix, sizes: inputs[1].dimensions + [inputs[0].rowCount])
  }

  package func pullback(_ step: Pullback) {
    let (vectors, matrix, dy) = (step.inputs[0], step.inputs[1], step.cotangent())
    if step.wants(0) { step.contribute(matrix.applied(to: dy), to: 0) }
    if step.wants(1) { step.contribute(vectors.outer(dy), to: 1) }
  }
}

/// Σ over h of the outer products of the rows of V [h, m] and X [h, n].
package struct OuterProduct: DifferentiableOperation {
  package var name: String { "outer product" }
  package var accumulates: Set<Int> { [0] }

  package func outputShapes(for inputs: [Shape]) throws(ShapeMismatch) -> [Shape] {
    guard inputs[0].rowCount == inputs[1].rowCount else {
      throw ShapeMismatch(name, needs: "as many vectors left as right", found: inputs)
    }
    return [[inputs[0].rowLength, inputs[1].rowLength]]
  }

  package func kernel(inputs: [Shape], outputs: [Shape]) -> KernelCall {
    KernelCall(\.outer_product, sizes: outputs[0].dimensions + [inputs[0].rowCount])
  }

  package func pullback(_ step: Pullback) {
    let (left, right, dy) = (step.inputs[0], step.inputs[1], step.cotangent())
    if step.wants(0) { step.contribute(dy.applied(to: right), to: 0) }
    if step.wants(1) { step.contribute(left.times(matrix: dy), to: 1) }
  }
}

extension Shape {
  /// The length of a vector, or of the rows of a matrix.
  package var rowLength: Int { dimensions.last ?? 0 }
  /// 1 for a vector, else the rows of a matrix.
  package var rowCount: Int { rowLength == 0 ? 0 : count / rowLength }

  /// The shape with rows of another length.
  package func withRows(of length: Int) -> Shape { Shape(dimensions.dropLast() + [length]) }
}

extension Value {
  /// This matrix `[m, n]` times a vector `[n]`, or times each row of `[h, n]`.
  public func applied(to vectors: Value) -> Value {
    trace.record(MatrixVector(), [self, vectors])[0]
  }

  /// This vector `[m]`, or each row of `[h, m]`, times a matrix `[m, n]`.
  public func times(matrix: Value) -> Value {
    trace.record(VectorMatrix(), [self, matrix])[0]
  }

  /// The outer product `[m, n]` of two vectors, or the sum of those of the rows of two matrices.
  public func outer(_ other: Value) -> Value {
    trace.record(OuterProduct(), [self, other])[0]
  }
}
