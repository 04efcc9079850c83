import Foundation

// The layers of torch.nn.LSTM as plain loops in Double.

func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// y = W x + b for a weight [outputs, inputs].
func affine(_ weight: [Double], _ bias: [Double], _ x: [Double]) -> [Double] {
  bias.indices.map { row in
    x.indices.reduce(bias[row]) { $0 + weight[row * x.count + $1] * x[$1] }
  }
}

/// One step of all layers; `hidden` and `cells` are by layer.
func lstmStep(
  _ parameters: [String: [Double]], _ prefix: String, _ input: [Double],
  hidden: inout [[Double]], cells: inout [[Double]]
) {
  var below = input
  for layer in hidden.indices {
    let units = hidden[layer].count
    func part(_ name: String) -> [Double] { parameters["\(prefix)\(name)_l\(layer)"] ?? [] }
    let sums = zip(
      affine(part("weight_ih"), part("bias_ih"), below),
      affine(part("weight_hh"), part("bias_hh"), hidden[layer])
    ).map { $0 + $1 }
    for unit in 0..<units {
      let (i, f) = (sigmoid(sums[unit]), sigmoid(sums[units + unit]))
      let (g, o) = (tanh(sums[2 * units + unit]), sigmoid(sums[3 * units + unit]))
      cells[layer][unit] = f * cells[layer][unit] + i * g
      hidden[layer][unit] = o * tanh(cells[layer][unit])
    }
    below = hidden[layer]
  }
}

/// Random parameters of layers, by torch's names.
func lstmParameters(
  inputs: Int, units: Int, layers: Int, prefix: String, _ numbers: inout Numbers
) -> [(name: String, shape: [Int], values: [Double])] {
  (0..<layers).flatMap { layer in
    let below = layer == 0 ? inputs : units
    let shapes = [
      ("weight_ih", [4 * units, below]), ("weight_hh", [4 * units, units]),
      ("bias_ih", [4 * units]), ("bias_hh", [4 * units]),
    ]
    return shapes.map { name, shape in
      ("\(prefix)\(name)_l\(layer)", shape, numbers.list(shape.reduce(1, *), scale: 0.7))
    }
  }
}
