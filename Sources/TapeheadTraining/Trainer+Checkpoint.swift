public import TapeheadEngine
import TapeheadTasks

// A checkpoint holds all that the next step depends on: parameters, their mean over the latest updates
// if there is one, what the optimiser remembers, the random stream and the counters. The configuration
// stands beside it in config.json.

extension Trainer {
  private static let parameterPrefix = "parameters/"
  private static let averagePrefix = "average/"
  private static let optimiserPrefix = "optimiser/"

  /// All that training goes on from.
  public func checkpoint() -> CheckpointFile {
    var file = CheckpointFile()
    func add(_ store: ParameterStore, under prefix: String) {
      for parameter in store.list.all {
        file.tensors[prefix + parameter.name] = StoredTensor(
          store[parameter], shape: parameter.shape.dimensions)
      }
    }
    for (prefix, store) in stores { add(store, under: prefix) }
    file.tensors["random/data"] = StoredTensor(data.state, shape: [data.state.count])
    file.tensors["progress"] = StoredTensor(counters, shape: [counters.count])
    file.tensors["progress/recent bits"] = StoredTensor([progress.recentBits], shape: [1])
    return file
  }

  /// What a checkpoint holds one number of for each parameter, with what stands before their names.
  var stores: [(prefix: String, store: ParameterStore)] {
    [(Self.parameterPrefix, parameters)]
      + (average.map { [(Self.averagePrefix, $0.store)] } ?? [])
      + optimiser.moments.map { (Self.optimiserPrefix + $0.name + "/", $0.store) }
  }

  private var counters: [Int64] {
    [
      progress.sequences, progress.updates, progress.recentSequences, progress.recentWrongBits,
      progress.solvedAfter, optimiser.updates,
    ].map(Int64.init)
  }

  /// Goes back to a checkpoint of the same configuration.
  ///
  /// - Throws: `FileError` when a tensor is missing or of another shape; nothing is changed then.
  public func restore(from file: CheckpointFile, named path: String) throws {
    func mismatch(_ name: String) -> FileError {
      FileError(
        path, "does not fit the run's configuration: \(name) is missing or of another size",
        remedy: "resume with the config.json that the run was started with")
    }
    let contents = try stores.map { prefix, store in
      try store.list.all.map { parameter in
        guard let numbers = file.numbers(of: parameter, under: prefix) else {
          throw mismatch(prefix + parameter.name)
        }
        return (parameter, numbers)
      }
    }
    guard let state = file.tensors["random/data"]?.unsignedIntegers,
      let stream = try? RandomStream(state: state)
    else { throw mismatch("random/data") }
    guard let counters = file.counters,
      let recentBits = file.tensors["progress/recent bits"]?.doubles, recentBits.count == 1
    else { throw mismatch("progress") }

    for ((_, store), numbers) in zip(stores, contents) {
      for (parameter, values) in numbers { store[parameter] = values }
    }
    data = stream
    progress = Progress(
      sequences: Int(counters[0]), updates: Int(counters[1]), recentSequences: Int(counters[2]),
      recentBits: recentBits[0], recentWrongBits: Int(counters[3]),
      solvedAfter: Int(counters[4]))
    optimiser.updates = Int(counters[5])
  }

  /// The parameters of a checkpoint's model alone, for evaluation: their mean where there is one.
  ///
  /// - Throws: `FileError` when a parameter is missing or of another shape.
  public static func parameters(
    of list: ParameterList, in file: CheckpointFile, named path: String
  ) throws -> ParameterStore {
    let store = ParameterStore(list)
    let averaged = file.tensors.keys.contains { $0.hasPrefix(averagePrefix) }
    let prefix = averaged ? averagePrefix : parameterPrefix
    for parameter in list.all {
      guard let numbers = file.numbers(of: parameter, under: prefix) else {
        throw FileError(
          path,
          "does not fit the run's configuration: \(parameter.name) is missing or of another size",
          remedy: "evaluate the run with the config.json that it was started with")
      }
      store[parameter] = numbers
    }
    return store
  }
}

extension CheckpointFile {
  /// On how many sequences the parameters were trained; nil where the file does not say so.
  var sequences: Int? { counters.map { Int($0[0]) } }

  /// What `Trainer.counters` was; nil where it is missing or of another size.
  fileprivate var counters: [Int64]? {
    tensors["progress"]?.integers.flatMap { $0.count == 6 ? $0 : nil }
  }

  /// The numbers that stand for a parameter; nil where they are missing or of another shape.
  fileprivate func numbers(of parameter: Parameter, under prefix: String) -> [Float]? {
    guard let tensor = tensors[prefix + parameter.name],
      tensor.shape == parameter.shape.dimensions
    else { return nil }
    return tensor.floats
  }
}
