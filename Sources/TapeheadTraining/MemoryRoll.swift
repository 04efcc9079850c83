import TapeheadCells
package import TapeheadEngine
package import TapeheadTasks

/// Carries out `RolledMemory`: rolls the slots of the first memory behind slot 0 round, and back.
package final class MemoryRoll {
  private let memory: Parameter
  private let parameters: ParameterStore
  private let gradient: ParameterStore
  /// How far they are rolled now.
  private var places = 0

  /// Nil where nothing is rolled: slot 0 and one more have no other places.
  package init?(_ rolled: RolledMemory, _ parameters: ParameterStore, _ gradient: ParameterStore) {
    guard rolled.rolls,
      let memory = parameters.list.named(NeuralTuringMachine.firstMemoryName),
      memory.shape.dimensions[1] > 2
    else { return nil }
    self.memory = memory
    self.parameters = parameters
    self.gradient = gradient
  }

  private var slots: Int { memory.shape.dimensions[1] - 1 }

  /// Rolls by a number of places drawn at random.
  package func roll(using random: inout RandomStream) {
    places = random.integer(below: slots)
    rotate(parameters, by: places)
  }

  /// Puts every slot back to its place, and the gradient that was made meanwhile to its slots.
  package func rollBack() {
    rotate(parameters, by: slots - places)
    if memory.trained { rotate(gradient, by: slots - places) }
    places = 0
  }

  /// Brings what slot 1 + k holds to slot 1, and what lies before it behind the last.
  private func rotate(_ store: ParameterStore, by k: Int) {
    guard k % slots != 0 else { return }
    let (width, length) = (memory.shape.dimensions[0], memory.shape.dimensions[1])
    for row in 0..<width {
      // Two pieces change sides when each is reversed, and then the whole.
      var numbers = UnsafeMutableBufferPointer(
        start: store.buffer.base + memory.offset + row * length, count: length)
      numbers[1..<(1 + k)].reverse()
      numbers[(1 + k)...].reverse()
      numbers[1...].reverse()
    }
  }
}
