import ArgumentParser
import TapeheadCells
import TapeheadTasks
import TapeheadTraining

/// `tapehead list`.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the tasks, the models and the presets of conventions.")

  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    if json {
      printJSON(Everything())
      return
    }
    func section(_ title: String, _ rows: [(name: String, summary: String)]) {
      print(title)
      let width = rows.map(\.name.count).max() ?? 0
      for row in rows { print("  \(filled(row.name, width))  \(row.summary)") }
    }
    section("Tasks:", TaskCatalogue.all.map { ($0.name, $0.summary) })
    print("")
    section("Models:", ModelConfiguration.Kind.allCases.map { ($0.rawValue, $0.summary) })
    print("")
    section("Presets:", Preset.all.map { ($0.name, "\($0.model.rawValue): \($0.summary)") })
  }

  private struct Everything: Encodable {
    struct Item: Encodable {
      let name: String
      let summary: String
    }

    struct PresetItem: Encodable {
      let model: String
      let name: String
      let summary: String
    }

    let tasks = TaskCatalogue.all.map { Item(name: $0.name, summary: $0.summary) }
    let models = ModelConfiguration.Kind.allCases.map {
      Item(name: $0.rawValue, summary: $0.summary)
    }
    let presets = Preset.all.map {
      PresetItem(model: $0.model.rawValue, name: $0.name, summary: $0.summary)
    }
  }
}
