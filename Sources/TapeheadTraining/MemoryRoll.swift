import TapeheadCells
package import TapeheadEngine
package import TapeheadTasks

/// Carries out `RolledMemory`: rolls the slots of the first memory behind slot 0 round, and back.
package final class MemoryRoll {
  private let memory: Parameter
  private let parameters: ParameterStore
  private let gradient: ParameterStore
  /// Those behind slot 0.
  private let slots: Int
  /// A row as it was before it is rotated.
  private let before: FloatBuffer
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
    self.slots = memory.shape.dimensions[1] - 1
    self.before = FloatBuffer(count: slots)
  }

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
    for row in 0..<memory.shape.dimensions[0] {
      let numbers = store.buffer.base + memory.offset + row * (slots + 1) + 1
      before.base.update(from: numbers, count: slots)
      numbers.update(from: before.base + k, count: slots - k)
      (numbers + slots - k).update(from: before.base, count: k)
    }
  }
}
