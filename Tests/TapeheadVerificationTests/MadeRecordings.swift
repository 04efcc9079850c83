import Foundation
import TapeheadTraining

// Recordings of sizes that no golden file has, made from loops in Double.

/// A whole NTM in the layout of pytorch-ntm's recordings.
func madeNTM(_ reference: ReferenceNTM, seed: UInt64 = 7) -> RecordingFile.Tensors {
  var numbers = Numbers(seed: seed)
  let parameters = reference.parameters(&numbers)
  let (length, sequences) = (reference.length, reference.sequences)
  let x = numbers.list((length + 1) * sequences * reference.inputs)
  let y = (0..<length * sequences * reference.outputs).map { Double($0 * 5 % 3 % 2) }
  var point = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.values) })
  point["X"] = x
  point["Y"] = y
  let (loss, made) = reference.run(point)
  var free = point
  free["Y"] = nil
  let gradients = gradient(
    of: { reference.run($0.merging(["Y": y]) { old, _ in old }).loss }, at: free)

  let xShape = [length + 1, sequences, reference.inputs]
  let steps = [reference.steps, sequences]
  var tensors: RecordingFile.Tensors = parameters.map {
    ($0.name.hasPrefix("ntm.") ? "param.\($0.name)" : "buffer.\($0.name)", $0.shape, $0.values)
  }
  tensors.append(("X", xShape, x))
  tensors.append(("Y", [length, sequences, reference.outputs], y))
  for (name, values) in made.sorted(by: { $0.key < $1.key }) {
    let first = name == "answer.output" ? [length, sequences] : steps
    tensors.append((name, first + [values.count / (first[0] * sequences)], values))
  }
  tensors.append(("loss", [1], [loss]))
  for (name, shape, _) in parameters + [("X", xShape, x)] {
    let prefix = name.hasPrefix("ntm.") ? "grad." : "grad_extra."
    tensors.append((prefix + name, shape, gradients[name] ?? []))
  }
  return tensors
}

/// A torch.nn.LSTM.
func madeLSTM(
  inputs: Int, units: Int, layers: Int, steps: Int, sequences: Int
) -> RecordingFile.Tensors {
  var numbers = Numbers(seed: 3)
  let parameters = lstmParameters(
    inputs: inputs, units: units, layers: layers, prefix: "", &numbers)
  let states = [layers, sequences, units]
  let out = [steps, sequences, units]
  func list(_ shape: [Int]) -> [Double] { numbers.list(shape.reduce(1, *)) }
  let given = [
    ("x", [steps, sequences, inputs], list([steps, sequences, inputs])),
    ("h0", states, list(states)), ("c0", states, list(states)),
  ]
  let cotangents = [
    ("G_out", out, list(out)), ("G_hn", states, list(states)), ("G_cn", states, list(states)),
  ]
  func run(_ point: [String: [Double]]) -> [String: [Double]] {
    var result = ["out", "hn", "cn"].map { name in
      (name, Array(repeating: 0.0, count: (name == "out" ? out : states).reduce(1, *)))
    }
    for sequence in 0..<sequences {
      func row(_ name: String, _ index: Int, _ count: Int) -> [Double] {
        let start = (index * sequences + sequence) * count
        return Array((point[name] ?? [])[start..<start + count])
      }
      var hidden = (0..<layers).map { row("h0", $0, units) }
      var cells = (0..<layers).map { row("c0", $0, units) }
      func put(_ tensor: Int, _ index: Int, _ numbers: [Double]) {
        let start = (index * sequences + sequence) * units
        result[tensor].1.replaceSubrange(start..<start + units, with: numbers)
      }
      for step in 0..<steps {
        lstmStep(point, "", row("x", step, inputs), hidden: &hidden, cells: &cells)
        put(0, step, hidden[layers - 1])
      }
      for layer in 0..<layers {
        put(1, layer, hidden[layer])
        put(2, layer, cells[layer])
      }
    }
    return Dictionary(uniqueKeysWithValues: result)
  }
  func loss(_ point: [String: [Double]]) -> Double {
    let made = run(point)
    return zip(["out", "hn", "cn"], cotangents).reduce(0) { sum, pair in
      sum + zip(made[pair.0] ?? [], pair.1.2).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
  let all = parameters + given
  let point = Dictionary(uniqueKeysWithValues: all.map { ($0.0, $0.2) })
  let made = run(point)
  let gradients = gradient(of: loss, at: point)
  return parameters.map { ("param.\($0.name)", $0.shape, $0.values) } + given + cotangents
    + [("out", out, made["out"] ?? []), ("hn", states, made["hn"] ?? [])]
    + [("cn", states, made["cn"] ?? []), ("loss", [1], [loss(point)])]
    + all.map { ("grad.\($0.0)", $0.1, gradients[$0.0] ?? []) }
}

/// torch.optim.RMSprop with clipping, centred and with momentum.
func madeRMSProp(
  rate: Double, decay: Double, momentum: Double, limit: Double, steps: Int, count: Int
) -> RecordingFile.Tensors {
  var numbers = Numbers(seed: 11)
  let first = numbers.list(count)
  let gradients = (0..<steps).map { _ in numbers.list(count, scale: 3) }
  var parameters = first
  let zeros = first.map { _ in 0.0 }
  var (square, mean, velocity) = (zeros, zeros, zeros)
  var after: [Double] = []
  for gradient in gradients {
    for (index, raw) in gradient.enumerated() {
      let g = min(limit, max(-limit, raw))
      square[index] = decay * square[index] + (1 - decay) * g * g
      mean[index] = decay * mean[index] + (1 - decay) * g
      let divisor = (square[index] - mean[index] * mean[index]).squareRoot() + 1e-8
      velocity[index] = momentum * velocity[index] + g / divisor
      parameters[index] -= rate * velocity[index]
    }
    after += parameters
  }
  return [
    ("p0", [count], first), ("raw_grad", [steps, count], gradients.flatMap { $0 }),
    ("conf0.p", [steps, count], after),
  ]
}

/// A shift with any odd number of taps, in the order of pytorch-ntm (from +r down to −r).
func madeShift(taps: Int, slots: Int, sequences: Int) -> RecordingFile.Tensors {
  var numbers = Numbers(seed: 5)
  let w = numbers.list(sequences * slots)
  let s = numbers.list(sequences * taps)
  let g = numbers.list(sequences * slots)
  func run(_ point: [String: [Double]]) -> [Double] {
    (0..<sequences * slots).map { place in
      let (row, slot) = (place / slots, place % slots)
      return (0..<taps).reduce(0) { sum, tap in
        let source = (slot - (taps / 2 - tap) + taps * slots) % slots
        return sum + (point["s"]?[row * taps + tap] ?? 0)
          * (point["w"]?[row * slots + source] ?? 0)
      }
    }
  }
  let point = ["w": w, "s": s]
  let gradients = gradient(of: { zip(run($0), g).reduce(0) { $0 + $1.0 * $1.1 } }, at: point)
  let (wide, narrow) = ([sequences, slots], [sequences, taps])
  return [
    ("shift.made.in.w", wide, w), ("shift.made.in.s", narrow, s),
    ("shift.made.out", wide, run(point)), ("shift.made.G", wide, g),
    ("shift.made.grad.w", wide, gradients["w"] ?? []),
    ("shift.made.grad.s", narrow, gradients["s"] ?? []),
  ]
}
