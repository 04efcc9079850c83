import TapeheadCells
public import TapeheadEngine
public import TapeheadTasks
import TapeheadTraining

extension Matrix {
  /// This matrix with what earlier commands left in its folder, so that tables and the page hold all of it.
  ///
  /// A run that was not asked for is judged as it stands, by its own settings.
  ///
  /// - Parameters:
  ///   - results: Of this matrix's jobs, in their order.
  ///   - folder: That of the runs, in runs/.
  ///   - instructionSet: What models run with.
  /// - Returns: The larger matrix, and the results of all its jobs.
  /// - Throws: `FileError` where the folder cannot be read.
  public func joined(
    with results: [JobResult], in folder: String, instructionSet: InstructionSet
  ) throws -> (matrix: Matrix, results: [JobResult]) {
    let asked = Dictionary(uniqueKeysWithValues: results.map { ($0.job.name, $0) })
    let names = Set(try FileSystem.names(in: "\(folder)/runs"))
    let all = PaperSetting.Model.inOrder.flatMap { model in
      TaskCatalogue.all.map { Entry(task: $0, model: model) }
    }
    let own = Set(entries.map(\.name))
    let found = all.map { entry in (entry, entry.seeds(among: names)) }
      .filter { own.contains($0.0.name) || !$0.1.isEmpty }
    let entries = found.map(\.0)
    let seeds = Set(self.seeds + found.flatMap(\.1)).sorted()
    let joined = seeds.flatMap { seed in
      found.compactMap { entry, seeds in
        asked["\(entry.name)-seed\(seed)"]
          ?? (seeds.contains(seed)
            ? entry.result(seed: seed, in: folder, instructionSet: instructionSet) : nil)
      }
    }
    return (Matrix(entries: entries, seeds: seeds, jobs: joined.map(\.job)), joined)
  }
}

extension Matrix.Entry {
  init(task: any SequenceTask.Type, model: PaperSetting.Model) {
    self.init(
      task: task, model: model, setting: task.paperSettings.first { $0.model == model })
  }

  /// The seeds of this entry's runs among the names of a folder.
  fileprivate func seeds(among names: Set<String>) -> [UInt64] {
    let start = "\(name)-seed"
    return names.filter { $0.hasPrefix(start) }.compactMap { UInt64($0.dropFirst(start.count)) }
  }

  /// What lies in the folder of one run of this entry.
  fileprivate func result(
    seed: UInt64, in folder: String, instructionSet: InstructionSet
  ) -> JobResult {
    let name = "\(name)-seed\(seed)"
    let place = "\(folder)/runs/\(name)"
    var configuration = configuration
    configuration.seed = seed
    var failure: (any Error)?
    do {
      configuration = try RunFolder(opening: place).readConfiguration()
    } catch {
      failure = error
    }
    let job = Job(name, configuration, folder: place)
    var status = JobStatus(job)
    if let failure { status.state = .failed("\(failure)") }
    return JobResult(of: job, status: status, instructionSet: instructionSet)
  }
}

extension PaperSetting.Model {
  /// In the order to train them: what is learned first comes first.
  public static let inOrder: [PaperSetting.Model] = [.recurrentNTM, .feedForwardNTM, .lstm, .dnc]
}
