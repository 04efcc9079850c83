package import TapeheadEngine

/// A program followed operation by operation in Double, one sequence at a time, with plain loops.
///
/// It shares nothing with planner, executor and kernels, and is exact enough for finite differences.
package struct ReferenceProgram {
  private struct Line {
    let inputs: [Int]
    let outputs: [Int]
    let function: ([[Double]]) -> [[Double]]
  }

  private let program: Program
  private let initial: [Line]
  private let step: [Line]

  package init(_ program: Program) {
    func lines(_ section: Trace.Section) -> [Line] {
      program.nodes.filter { $0.section == section }.map { node in
        guard let operation = node.operation as? any ReferenceOperation else {
          preconditionFailure("\(node.operation.name) has no reference")
        }
        let shapes = node.inputs.map { program.values[$0].shape }
        return Line(
          inputs: node.inputs, outputs: node.outputs,
          function: { operation.reference($0, shapes) })
      }
    }
    self.program = program
    self.initial = lines(.initial)
    self.step = lines(.step)
  }

  /// What the places that stop the gradient held; a later run that is given it leaves them so.
  package typealias Stopped = [[[Int: [Double]]]]

  /// By sequence of a batch: its loss, with the numbers of each parameter of the list.
  package func losses(
    _ batch: SequenceBatch, parameters: [[Double]], stopping: Stopped? = nil
  ) -> (losses: [Double], stopped: Stopped) {
    var stopped: Stopped = []
    let losses = batch.lengths.indices.map { sequence in
      stopped.append([])
      return loss(
        batch, sequence, parameters, stopping?[sequence], stopped: &stopped[sequence])
    }
    return (losses, stopped)
  }

  private func loss(
    _ batch: SequenceBatch, _ sequence: Int, _ parameters: [[Double]],
    _ stopping: [[Int: [Double]]]?, stopped: inout [[Int: [Double]]]
  ) -> Double {
    var memory = Memory(program, parameters)
    memory.begin(stopping: stopping?[0])
    for line in initial { memory.run(line.inputs, line.outputs, line.function) }
    var states = program.states.map { memory.numbers($0.initial) }
    stopped.append(memory.stopped)
    var total = 0.0
    for step in 0..<batch.lengths[sequence] {
      memory.begin(stopping: stopping?[step + 1])
      for (state, numbers) in zip(program.states, states) { memory[state.entry] = numbers }
      let row = batch.starts[sequence] + step
      memory[program.input] = batch.row(row, of: batch.inputs, batch.inputSize)
      memory[program.targets] = batch.row(row, of: batch.targets, batch.targetSize)
      memory[program.weight] = [Double(batch.weights[row])]
      for line in self.step { memory.run(line.inputs, line.outputs, line.function) }
      states = program.states.map { memory.numbers($0.final) }
      total += memory.numbers(program.loss)[0]
      stopped.append(memory.stopped)
    }
    return total
  }

  /// The numbers of every value of one sequence.
  private struct Memory {
    private let program: Program
    private var held: [[Double]]
    private(set) var stopped: [Int: [Double]] = [:]
    private var stopping: [Int: [Double]] = [:]

    init(_ program: Program, _ parameters: [[Double]]) {
      self.program = program
      self.held = program.values.map { record in
        switch record.origin {
        case .parameter(let index): parameters[index]
        case .constant(let index): program.constants[index].map { Double($0) }
        default: []
        }
      }
    }

    mutating func begin(stopping: [Int: [Double]]?) {
      stopped = [:]
      self.stopping = stopping ?? [:]
    }

    subscript(id: Int) -> [Double] {
      get { held[id] }
      set { held[id] = newValue }
    }

    mutating func numbers(_ id: Int) -> [Double] {
      guard case .view(let root, let offset, let differentiable) = program.values[id].origin else {
        return held[id]
      }
      let found = Array(held[root][offset..<(offset + program.values[id].shape.count)])
      guard !differentiable else { return found }
      let kept = stopping[id] ?? found
      stopped[id] = kept
      return kept
    }

    mutating func run(
      _ inputs: [Int], _ outputs: [Int], _ function: ([[Double]]) -> [[Double]]
    ) {
      var operands: [[Double]] = []
      for id in inputs { operands.append(numbers(id)) }
      for (id, numbers) in zip(outputs, function(operands)) { held[id] = numbers }
    }
  }
}

extension SequenceBatch {
  fileprivate func row(_ row: Int, of numbers: [Float], _ size: Int) -> [Double] {
    numbers[(row * size)..<((row + 1) * size)].map { Double($0) }
  }
}
