import TapeheadEngine
import TapeheadKernels
import TestSupport
import Testing

/// Subnormal numbers, which are slow, count as 0 in all that is run, and nowhere else.
@Suite struct SubnormalTests {
  @Test(arguments: InstructionSet.supported) func kernelThatIsRunOnceLeavesZero(
    _ set: InstructionSet
  ) {
    let x = FloatBuffer(count: 3)
    let numbers: [Float] = [1e-30, -1e-30, 1]
    for (index, number) in numbers.enumerated() { x.base[index] = number }
    PreparedKernel(\.scale, set, [x.base], sizes: [3], constants: [1e-10]).run()
    #expect([x.base[0], x.base[1], x.base[2]] == [0, 0, 1e-10])
    // The thread that called goes on as before.
    #expect(numbers[0] * numbers[2] * Float(1e-10) > 0)
  }

  /// 1e-3 to the power of the step: the 13th would be subnormal.
  @Test(arguments: InstructionSet.supported) func stateFadesToZero(_ set: InstructionSet) throws {
    let cell = ClosureCell(inputs: 1, outputs: 1) { trace in
      [trace.constant(1, shape: [1])]
    } step: { states, input in
      let next = states[0] * input
      return ([next], next)
    }
    let program = try Program(cell, parameters: ParameterList(), objective: .output)
    let session = Session(
      program, parameters: ParameterStore(program.parameters), instructionSet: set)
    let states = try (0..<13).map { _ in try session.step([1e-3])[0] }
    #expect(states[11] > 0)
    #expect(states[12] == 0)
  }
}
