import Foundation

// pytorch-ntm as plain loops in Double, from the formulas of its recordings' manifests.

/// Sizes of an NTM at the copy task, and the loops.
struct ReferenceNTM {
  let slots, width, units, layers, readHeads, writeHeads, shifts: Int
  let inputs, outputs, sequences, length: Int

  var steps: Int { 2 * length + 1 }
  var readSize: Int { width + 3 + shifts }

  /// Whether the heads read, in the order of pytorch-ntm: read 0, write 0, read 1, ….
  var heads: [Bool] {
    (0..<max(readHeads, writeHeads)).flatMap { number in
      (number < readHeads ? [true] : []) + (number < writeHeads ? [false] : [])
    }
  }

  /// Names, shapes and random numbers of all parameters and buffers.
  func parameters(_ numbers: inout Numbers) -> [(name: String, shape: [Int], values: [Double])] {
    var all: [(name: String, shape: [Int])] = [
      ("ntm.controller.lstm_h_bias", [layers, 1, units]),
      ("ntm.controller.lstm_c_bias", [layers, 1, units]),
    ]
    for (index, reads) in heads.enumerated() {
      let name = "ntm.heads.\(index).fc_\(reads ? "read" : "write")"
      let size = readSize + (reads ? 0 : 2 * width)
      all += [("\(name).weight", [size, units]), ("\(name).bias", [size])]
    }
    all += [
      ("ntm.fc.weight", [outputs, units + readHeads * width]), ("ntm.fc.bias", [outputs]),
      ("mem_bias", [slots, width]),
    ]
    all += (0..<readHeads).map { ("read\($0)_bias", [1, width]) }
    return lstmParameters(
      inputs: inputs + readHeads * width, units: units, layers: layers,
      prefix: "ntm.controller.lstm.", &numbers)
      + all.map { ($0.name, $0.shape, numbers.list($0.shape.reduce(1, *))) }
  }

  /// The loss, and what every step of every sequence made, by name of the recording.
  ///
  /// A point holds the parameters, `X` and `Y`.
  func run(_ point: [String: [Double]]) -> (loss: Double, made: [String: [Double]]) {
    func part(_ name: String) -> [Double] { point[name] ?? [] }
    var made: [[String: [[Double]]]] = []
    var loss = 0.0
    for sequence in 0..<sequences {
      var hidden = rows(part("ntm.controller.lstm_h_bias"), units)
      var cells = rows(part("ntm.controller.lstm_c_bias"), units)
      var memory = rows(part("mem_bias"), width)
      var reads = (0..<readHeads).map { part("read\($0)_bias") }
      var weightings = heads.map { _ in Array(repeating: 0.0, count: slots) }
      for step in 0..<steps {
        let start = (step * sequences + sequence) * inputs
        let x =
          step <= length
          ? Array(part("X")[start..<start + inputs]) : Array(repeating: 0, count: inputs)
        lstmStep(
          point, "ntm.controller.lstm.", x + reads.flatMap { $0 }, hidden: &hidden,
          cells: &cells)
        var rowsMade: [String: [[Double]]] = [:]
        for (index, isRead) in heads.enumerated() {
          let name = "ntm.heads.\(index).fc_\(isRead ? "read" : "write")"
          let raw = affine(part("\(name).weight"), part("\(name).bias"), hidden[layers - 1])
          weightings[index] = address(raw, memory, previous: weightings[index])
          rowsMade["step.head\(index).raw"] = [raw]
          if isRead {
            let number = heads[..<index].count { $0 }
            reads[number] = (0..<width).map { column in
              (0..<slots).reduce(0) { $0 + weightings[index][$1] * memory[$1][column] }
            }
          } else {
            write(raw, weightings[index], &memory)
          }
        }
        let output = affine(
          part("ntm.fc.weight"), part("ntm.fc.bias"), hidden[layers - 1] + reads.flatMap { $0 }
        ).map(sigmoid)
        rowsMade["step.output"] = [output]
        rowsMade["step.head_weights"] = weightings
        rowsMade["step.read_vectors"] = reads
        rowsMade["step.memory"] = memory
        rowsMade["step.hidden"] = hidden
        rowsMade["step.cell"] = cells
        made.append(rowsMade)
        guard step > length else { continue }
        for index in 0..<outputs {
          let row = (step - length - 1) * sequences + sequence
          let target = part("Y")[row * outputs + index]
          loss -= target * log(output[index]) + (1 - target) * log(1 - output[index])
        }
      }
    }
    var joined: [String: [Double]] = [:]
    for step in 0..<steps {
      for sequence in 0..<sequences {
        for (name, rows) in made[sequence * steps + step] {
          joined[name, default: []] += rows.flatMap { $0 }
        }
      }
    }
    joined["answer.output"] = (joined["step.output"] ?? []).suffix(length * sequences * outputs)
    return (loss / Double(length * sequences * outputs), joined)
  }

  private func rows(_ numbers: [Double], _ width: Int) -> [[Double]] {
    (0..<numbers.count / width).map { Array(numbers[$0 * width..<($0 + 1) * width]) }
  }

  private func address(
    _ raw: [Double], _ memory: [[Double]], previous: [Double]
  ) -> [Double] {
    func length(_ v: some Sequence<Double>) -> Double { v.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    func softplus(_ x: Double) -> Double { log(1 + exp(x)) }
    func softmax(_ x: [Double]) -> [Double] {
      let powers = x.map { exp($0) }
      return powers.map { $0 / powers.reduce(0, +) }
    }
    let key = raw[..<width]
    let (strength, gate) = (softplus(raw[width]), sigmoid(raw[width + 1]))
    let shift = softmax(Array(raw[(width + 2)..<(width + 2 + shifts)]))
    let gamma = 1 + softplus(raw[width + 2 + shifts])
    let content = softmax(
      memory.map { row in
        strength * zip(row, key).reduce(0) { $0 + $1.0 * $1.1 } / (length(row) * length(key))
      })
    let mixed = zip(content, previous).map { gate * $0 + (1 - gate) * $1 }
    // Tap j moves by r − j.
    let moved = (0..<slots).map { slot in
      (0..<shifts).reduce(0) { sum, tap in
        let source = (slot - (shifts / 2 - tap) + slots * shifts) % slots
        return sum + shift[tap] * mixed[source]
      }
    }
    let powers = moved.map { pow($0, gamma) }
    return powers.map { $0 / (powers.reduce(0, +) + 1e-16) }
  }

  private func write(_ raw: [Double], _ weighting: [Double], _ memory: inout [[Double]]) {
    for slot in 0..<slots {
      for column in 0..<width {
        let erase = sigmoid(raw[readSize + column])
        memory[slot][column] =
          memory[slot][column] * (1 - weighting[slot] * erase)
          + weighting[slot] * raw[readSize + width + column]
      }
    }
  }
}
