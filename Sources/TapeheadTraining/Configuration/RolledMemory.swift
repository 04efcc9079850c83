import TapeheadCells
import TapeheadTasks

/// A first memory whose slots, but for the first, stand in other places in every update.
///
/// The trained sequences touch the first few slots of a memory and always find the same numbers there.
/// A network that finds its way by what it reads then knows nothing of the slots behind, which longer
/// sequences come to. Rolled round by a number of slots drawn for each update, every slot's numbers stand
/// where the trained sequences do. It is a choice of Tapehead's, in no paper;
/// Documentation/Decisions/Training.md has what it brings.
public struct RolledMemory: Sendable, Hashable, Codable {
  /// Whether slots change places at all; those of a constant memory are the same in any place.
  public var rolls: Bool
  /// After how many sequences they begin to.
  public var after: Int

  public init(rolls: Bool, after: Int = 0) {
    self.rolls = rolls
    self.after = after
  }

  /// Every slot in its place in every update.
  public static let never = RolledMemory(rolls: false)

  func validate(for model: ModelConfiguration) throws(SettingError) {
    try check("training.rolledMemory.after", after, within: 0...1_000_000_000)
    if rolls, model.kind != .ntm {
      throw SettingError(
        setting: "training.rolledMemory.rolls",
        problem: "is true with the model \(model.kind.rawValue)",
        remedy: "set it to false: only the first memory of the model ntm can be rolled")
    }
  }
}
