import TapeheadEngine
import TestSupport
import Testing

/// Every operation that cells can use, in every setting, against differences in Double.
@Suite struct OperationGradientTests {
  static let cases =
    OperationCase.arithmetic + OperationCase.functions + OperationCase.activations
    + OperationCase.parts + OperationCase.reductions + OperationCase.products
    + OperationCase.losses + OperationCase.similarity + OperationCase.addressing
    + OperationCase.sharpening + OperationCase.writing + OperationCase.sparseLinks

  @Test(arguments: cases, OperationCase.Setting.allCases)
  func gradientIsThatOfDifferences(_ operation: OperationCase, _ setting: OperationCase.Setting)
    throws
  {
    var list = ParameterList()
    let cell = operation.cell(setting, in: &list)
    let program = try Program(cell, parameters: list, objective: .output)
    let batch = SequenceBatch.random(lengths: [3, 1, 2], inputSize: 2, targetSize: 1)
    let deviation = try GradientCheck(program).largestDeviation(batch, operation.store(list))
    let isClose = deviation.error <= operation.bound
    #expect(isClose, "\(deviation)")
  }
}
