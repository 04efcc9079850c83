import TapeheadCells
import TapeheadEngine

// torch.nn.LSTM keeps, for each layer l, weight_ih_l [4H, inputs], weight_hh_l [4H, H], bias_ih_l and
// bias_hh_l [4H], rows in the order i, f, g, o. Ours has one matrix over [inputs, hidden], with its
// columns in that order too, and one bias: the sum of torch's two.

/// The sizes and maps of a torch.nn.LSTM without projections, in one direction.
struct TorchLSTM {
  let layers: Int
  let units: Int
  let inputs: Int

  /// Reads the sizes from the shapes of tensors by torch's names.
  ///
  /// - Parameter shape: Nil where there is no tensor of a name.
  init?(shape: (String) -> [Int]?) {
    guard let weight = shape("weight_ih_l0"), weight.count == 2, weight[0] > 0, weight[0] % 4 == 0,
      weight[1] > 0
    else { return nil }
    self.units = weight[0] / 4
    self.inputs = weight[1]
    self.layers = (0...).first { shape("weight_ih_l\($0)") == nil } ?? 0
  }

  /// The maps into the stack of layers at `path`; `prefix` stands before torch's names.
  func maps(
    into list: ParameterList, at path: String, prefix: String, biases: Bool = true
  ) -> [TensorMap] {
    (0..<layers).flatMap { layer in
      let below = layer == 0 ? inputs : units
      let weight = list.required("\(path)layer \(layer)/gates/weight")
      let bias = list.required("\(path)layer \(layer)/gates/bias")
      let rows = 4 * units
      let weights = [
        TensorMap("\(prefix)weight_ih_l\(layer)", shape: [rows, below], transposedIn: weight),
        TensorMap(
          "\(prefix)weight_hh_l\(layer)", shape: [rows, units], transposedIn: weight, row: below),
      ]
      guard biases else { return weights }
      return weights + [
        TensorMap("\(prefix)bias_ih_l\(layer)", shape: [rows], in: bias),
        TensorMap("\(prefix)bias_hh_l\(layer)", shape: [rows], in: bias),
      ]
    }
  }
}

extension ParameterList {
  /// A parameter that our cells are known to declare.
  func required(_ name: String) -> Parameter {
    guard let parameter = named(name) else {
      preconditionFailure("no parameter is named \(name)")
    }
    return parameter
  }
}
