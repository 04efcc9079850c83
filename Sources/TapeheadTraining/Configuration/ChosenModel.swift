public import TapeheadCells
import TapeheadEngine
public import TapeheadTasks

extension ModelConfiguration {
  /// The network that Tapehead trains on a task: in the paper's sizes where the paper has one of the
  /// kind, and in the kind's own sizes where it has none.
  ///
  /// - Parameters:
  ///   - task: What is trained on.
  ///   - kind: The kind of network.
  ///   - controller: Of a network with a memory; an LSTM has none, and this is not looked at.
  /// - Returns: A network for `tapehead train` and `tapehead reproduce` alike.
  public static func chosen(
    for task: any SequenceTask.Type, kind: Kind, controller: ControllerConfiguration.Kind
  ) -> ModelConfiguration {
    var model = ModelConfiguration(kind, controller: controller)
    if case .dnc(var dnc) = model {
      dnc.adapt(to: task)
      return .dnc(dnc)
    }
    guard let setting = task.paperSettings.first(where: { $0.model.rawValue == model.label }) else {
      return model
    }
    switch model {
    case .ntm(var ntm):
      (ntm.controller.units, ntm.controller.layers) = (setting.units, setting.layers)
      (ntm.slots, ntm.width) = (PaperSetting.memorySlots, PaperSetting.memoryWidth)
      (ntm.readHeads, ntm.writeHeads) = (setting.headPairs, setting.headPairs)
      ntm.conventions = task.conventions(controller)
      model = .ntm(ntm)
    case .lstm(var lstm):
      (lstm.units, lstm.layers) = (setting.units, setting.layers)
      model = .lstm(lstm)
    case .dnc: break
    }
    return model
  }
}

extension SequenceTask {
  /// What an NTM with this controller learns the task best with, of what was compared
  /// (Documentation/Decisions/Training.md).
  fileprivate static func conventions(_ controller: ControllerConfiguration.Kind) -> Conventions {
    switch (name, controller) {
    case (AssociativeRecall.name, .feedforward):
      // Four pairs of heads, of which two start by stepping on, where all would start alike; and nowhere, so that
      // they first have to look something up.
      var conventions = Conventions.tapeheadLookup
      conventions.shiftBias = 2
      conventions.firstWeighting = .zero
      return conventions
    case (PrioritySort.name, .lstm):
      // A priority is looked up among what the slots hold at first, so they learn to stand in its order.
      var conventions = Conventions.tapeheadLookup
      conventions.memory = FirstMemory(initial: .learned, deviation: 0.5)
      return conventions
    case (AssociativeRecall.name, _), (RepeatCopy.name, .lstm):
      return .tapeheadLookup
    case (DynamicNGrams.name, .feedforward), (PrioritySort.name, .feedforward):
      // With these, training goes on gaining (Training.md).
      var conventions = Conventions.tapehead
      conventions.memory.deviation = 0.5
      conventions.gateBias = 0
      conventions.firstWeighting = .zero
      return conventions
    case (RepeatCopy.name, .feedforward):
      var conventions = Conventions.tapehead
      conventions.gateBias = 0
      return conventions
    case (Copy.name, .feedforward):
      // It has no state of its own, finds its way by what the slots hold, and has to replace it.
      var conventions = Conventions.tapehead
      conventions.memory = FirstMemory(initial: .random, deviation: 0.5)
      conventions.gateBias = 0
      conventions.eraseBias = 1
      return conventions
    case (Copy.name, .lstm):
      // Nothing has to be erased, so that a head that wanders does little harm.
      var conventions = Conventions.tapehead
      conventions.eraseBias = -3
      return conventions
    case (_, .feedforward):
      var conventions = Conventions.tapehead
      conventions.memory.deviation = 0.5
      return conventions
    case (_, .lstm):
      return .tapehead
    }
  }
}

extension ControllerConfiguration.Kind {
  /// The controller that a task is trained with where none is asked for.
  static func usual(
    for task: any SequenceTask.Type, model: ModelConfiguration.Kind
  ) -> ControllerConfiguration.Kind {
    // The paper's own for this task (DNC, extended data figure 1).
    task == AllocationCopy.self && model == .dnc ? .feedforward : .lstm
  }
}

// Where a task needs another DNC than the kind's own (Documentation/Decisions/DNC.md).
extension DifferentiableNeuralComputer.Configuration {
  fileprivate mutating func adapt(to task: any SequenceTask.Type) {
    switch task.name {
    case AllocationCopy.name:
      // The paper's memory. Masks and wiped slots make each vector find a slot of its own; wider slots
      // hold several vectors at a time, and no slot is seen to be freed.
      slots = AllocationCopy.memoryLocations
      width = 12
      conventions = .csordas2019
    case AssociativeRecall.name:
      // Looking up an item by part of what was written needs masks.
      conventions = .csordas2019
    default: break
    }
  }
}
