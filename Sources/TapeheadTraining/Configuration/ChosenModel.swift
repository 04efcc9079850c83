public import TapeheadCells
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
    guard let setting = task.paperSettings.first(where: { $0.model.rawValue == model.label }) else {
      return model
    }
    switch model {
    case .ntm(var ntm):
      (ntm.controller.units, ntm.controller.layers) = (setting.units, setting.layers)
      (ntm.slots, ntm.width) = (PaperSetting.memorySlots, PaperSetting.memoryWidth)
      (ntm.readHeads, ntm.writeHeads) = (setting.headPairs, setting.headPairs)
      model = .ntm(ntm)
    case .lstm(var lstm):
      (lstm.units, lstm.layers) = (setting.units, setting.layers)
      model = .lstm(lstm)
    case .dnc: break
    }
    return model
  }
}
