import TapeheadCells
public import TapeheadTasks
public import TapeheadTraining

/// The paper's experiments: tasks × models × seeds, with the paper's sizes and our training.
public struct Matrix: Sendable {
  /// One learning curve: a task and a model.
  public struct Entry: Sendable {
    public let task: any SequenceTask.Type
    public let model: PaperSetting.Model
    /// The paper's; nil for the DNC, which came later.
    public let setting: PaperSetting?

    var taskName: String { task.name }
    var name: String { "\(taskName)-\(model.rawValue)" }
    func holds(_ job: Job) -> Bool { job.name.hasPrefix("\(name)-seed") }
  }

  public let entries: [Entry]
  public let seeds: [UInt64]
  /// The first seed of every entry that has it, then the second, and so on.
  public let jobs: [Job]

  /// All jobs reach the first of these numbers of sequences before any goes on to the second.
  public static let stages = [10_000, 30_000, 100_000, 300_000]

  /// The tasks that the paper has learning curves of.
  public static var tasks: [any SequenceTask.Type] {
    TaskCatalogue.all.filter { !$0.paperSettings.isEmpty }
  }

  init(entries: [Entry], seeds: [UInt64], jobs: [Job]) {
    (self.entries, self.seeds, self.jobs) = (entries, seeds, jobs)
  }

  /// - Parameters:
  ///   - tasks: Those with settings of the paper; a DNC is trained on any.
  ///   - models: In the order to train them.
  ///   - seeds: Of the runs.
  ///   - sequences: Of every run; nil for as many as the paper trained on, and a DNC's own number.
  ///   - folder: Where the runs lie, in runs/.
  ///   - adjust: What is changed in each configuration but its seed, such as a small task for a test.
  /// - Throws: What `adjust` throws.
  public init(
    tasks: [any SequenceTask.Type], models: [PaperSetting.Model], seeds: [UInt64],
    sequences: Int? = nil, in folder: String,
    adjust: (inout RunConfiguration) throws -> Void
  ) rethrows {
    let entries = models.flatMap { model in
      tasks.compactMap { task in
        let setting = task.paperSettings.first { $0.model == model }
        return setting == nil && model != .dnc
          ? nil : Entry(task: task, model: model, setting: setting)
      }
    }
    self.entries = entries
    self.seeds = seeds
    self.jobs = try seeds.flatMap { seed in
      try entries.map { entry in
        var configuration = entry.configuration
        if let count = sequences ?? entry.setting?.sequences {
          configuration.training.sequences = count
        }
        try adjust(&configuration)
        configuration.seed = seed
        let name = "\(entry.name)-seed\(seed)"
        return Job(name, configuration, folder: "\(folder)/runs/\(name)")
      }
    }
  }

  /// The same with nothing changed.
  public init(
    tasks: [any SequenceTask.Type], models: [PaperSetting.Model], seeds: [UInt64],
    sequences: Int? = nil, in folder: String
  ) {
    self.init(
      tasks: tasks, models: models, seeds: seeds, sequences: sequences, in: folder,
      adjust: { _ in })
  }

  /// What the runs of an entry have in common; the seed is that of the first.
  func configuration(of entry: Int) -> RunConfiguration {
    let first = jobs.first { entries[entry].holds($0) }
    return first?.configuration ?? entries[entry].configuration
  }

  /// The results of an entry, seed by seed.
  func results(of entry: Int, in results: [JobResult]) -> [JobResult] {
    results.filter { entries[entry].holds($0.job) }
  }
}

extension Matrix.Entry {
  /// What `tapehead train` begins from too: the paper's sizes, and our training.
  var configuration: RunConfiguration {
    switch model {
    case .lstm: .defaults(for: task.init(), model: .lstm)
    case .recurrentNTM: .defaults(for: task.init(), model: .ntm, controller: .lstm)
    case .feedForwardNTM: .defaults(for: task.init(), model: .ntm, controller: .feedforward)
    case .dnc: .defaults(for: task.init(), model: .dnc)
    }
  }
}
