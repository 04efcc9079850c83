import TapeheadCells
import TapeheadTasks

/// A smaller memory that takes turns with the model's own in training.
///
/// In a memory far larger than the trained sequences heads never come round to what they wrote, so
/// nothing speaks against a head that erases while it has nothing to do, or that takes an untouched
/// slot for the end. Longer sequences then meet both. In a tight memory the trained ones do. It is a
/// choice of Tapehead's, in no paper; Documentation/Decisions/Training.md has what it brings.
public struct TightMemory: Sendable, Hashable, Codable {
  /// How many of the memory's slots are there in every second update, the first ones; with 0, or at
  /// least as many as the model has, there are no turns.
  public var slots: Int
  /// After how many sequences the turns begin.
  public var after: Int

  public init(slots: Int, after: Int = 0) {
    self.slots = slots
    self.after = after
  }

  /// The model's own memory in every update.
  public static let none = TightMemory(slots: 0)

  func validate(for model: ModelConfiguration) throws(SettingError) {
    try check("training.tightMemory.slots", slots, within: 0...65_536)
    try check("training.tightMemory.after", after, within: 0...1_000_000_000)
    if slots != 0, model.kind != .ntm {
      throw SettingError(
        setting: "training.tightMemory.slots",
        problem: "is \(slots) with the model \(model.kind.rawValue)",
        remedy: "set it to 0: only the memory of the model ntm can be used in part")
    }
  }
}
