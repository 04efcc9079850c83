import TapeheadCells
import TapeheadEngine
import TapeheadTraining

// X [T, B, inputs] and Y [T, B, outputs]; every sequence starts from a state of its own, or from zero.
// The loss is Σ (y − target)² ("sumsq"), or the mean binary cross-entropy over all T · B · outputs
// numbers ("bce").

/// A recording of a whole DNC: its sizes, sequences and first states.
struct RecordedDNC {
  let program: DNCProgram
  let slots, width, readHeads, units, steps, sequences: Int
  let x, y: RecordedTensor
  let fields: DNCFields
  /// By the name of our state's value: the program's name of it, and what was given.
  let firstStates: [String: (name: String, tensor: RecordedTensor)]
  let conventions: DNCConventions
  private let isBinary: Bool

  /// Our names of the values of a state, and the program's.
  static let states = [
    ("memory", "memory"), ("usage", "usage"), ("write head 0/weighting", "write_weights"),
    ("write head 0/precedence", "precedence"), ("write head 0/links", "link"),
    ("read weightings", "read_weights"), ("reads", "read_vectors"),
    ("controller/layer 0/hidden", "h"), ("controller/layer 0/cells", "c"),
  ]

  init(_ comparison: inout Comparison, program: DNCProgram) throws {
    let run = comparison.run
    let config = run.manifest["config"]
    func size(_ name: String) throws -> Int {
      let number = try run.number(name, of: config)
      guard number >= 1, number <= 65_536, number == number.rounded() else {
        throw run.error("has \(number) as '\(name)'", remedy: "ours has whole numbers to 65536")
      }
      return Int(number)
    }
    guard try size("write_heads") == 1 else {
      throw run.error("has several write heads", remedy: "record a run with one")
    }
    (self.slots, self.width) = (try size("N"), try size("W"))
    (self.readHeads, self.units) = (try size("read_heads"), try size("controller_hidden"))
    (self.steps, self.sequences) = (try size("T"), try size("batch"))
    self.x = comparison.use(try run.tensor("X", shape: [steps, sequences, try size("inputs")]))
    self.y = comparison.use(try run.tensor("Y", shape: [steps, sequences, try size("outputs")]))
    self.fields = DNCFields(width: width, readHeads: readHeads, modeOrder: program.modeOrder)
    self.program = program
    self.conventions = try Self.conventions(program, run)
    switch run.text("loss", of: config) ?? "sumsq" {
    case "bce": self.isBinary = true
    case "sumsq": self.isBinary = false
    default: throw run.error("has a loss that is neither sumsq nor bce")
    }
    let shapes = [
      "memory": [slots, width], "usage": [slots], "write_weights": [slots],
      "precedence": [slots], "link": [slots, slots], "read_weights": [readHeads, slots],
      "read_vectors": [readHeads, width], "h": [units], "c": [units],
    ]
    var firstStates: [String: (name: String, tensor: RecordedTensor)] = [:]
    for (ours, theirs) in Self.states {
      let name = program.firstState(theirs)
      guard run.has(name), let shape = shapes[theirs] else { continue }
      let tensor = comparison.use(try run.tensor(name, shape: [sequences] + shape))
      firstStates[ours] = (name, tensor)
    }
    self.firstStates = firstStates
  }

  private static func conventions(
    _ program: DNCProgram, _ run: RecordedRun
  ) throws -> DNCConventions {
    var conventions = program.conventions
    if let name = run.text("strength", of: run.manifest["config"]) {
      guard let activation = Activation(rawValue: name) else {
        throw run.error("has strengths by '\(name)', which ours does not know")
      }
      conventions.strengthActivation = activation
    }
    return conventions
  }

  var objective: Objective {
    guard !isBinary else { return .binaryCrossEntropy }
    return Objective { output, _, targets, weight in
      let difference = output - targets
      return difference.dot(difference).scaled(by: weight)
    }
  }

  /// One sequence.
  func batch(_ sequence: Int) -> SequenceBatch {
    func rows(_ tensor: RecordedTensor) -> [Float] {
      let count = tensor.shape[2]
      return (0..<steps).flatMap { step in
        let start = (step * sequences + sequence) * count
        return tensor.values[start..<start + count].map { Float($0) }
      }
    }
    var batch = SequenceBatch(inputSize: x.shape[2], targetSize: y.shape[2])
    _ = batch.appendSequence(steps: steps)
    (batch.inputs, batch.targets) = (rows(x), rows(y))
    let weight = isBinary ? 1 / Float(y.values.count) : 1
    batch.weights = Array(repeating: weight, count: steps)
    return batch
  }

  /// What a sequence starts from, as ours has it.
  func firstState(_ tensor: RecordedTensor, _ sequence: Int) -> [Float] {
    let part = Array(tensor.part(sequence))
    return (tensor.name == program.firstState("memory") ? transposed(part, rows: slots) : part)
      .map { Float($0) }
  }
}
