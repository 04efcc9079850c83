import TapeheadEngine

// Other implementations keep the same numbers in other tensors: weights as [outputs, inputs], one
// projection for each head, two biases that are always summed. A map says where each number of such
// a tensor stands in our parameters. It is read in both directions: numbers that lead to one place
// are added up (two biases), and each takes its gradient from its place.

/// One tensor of another implementation, and where each of its numbers stands in ours.
struct TensorMap {
  struct Place {
    let parameter: Parameter
    /// Counted in the order of the parameter's shape.
    let number: Int
  }

  let name: String
  let shape: [Int]
  let places: [Place]

  /// A tensor whose numbers stand one after another in one parameter, from a number on.
  init(_ name: String, shape: [Int], in parameter: Parameter, from start: Int = 0) {
    self.init(name, shape: shape, parts: [parameter], from: start)
  }

  /// A tensor that is cut along its first axis, a part in each parameter.
  init(_ name: String, shape: [Int], parts: [Parameter], from start: Int = 0) {
    self.name = name
    self.shape = shape
    let count = shape.reduce(1, *) / parts.count
    self.places = parts.flatMap { part in
      (start..<start + count).map { Place(parameter: part, number: $0) }
    }
  }

  /// A matrix [rows, columns] that is part of the transpose of ours: its number (i, j) is ours at
  /// (row + j, column + i).
  init(
    _ name: String, shape: [Int], transposedIn parameter: Parameter, row: Int = 0, column: Int = 0
  ) {
    self.name = name
    self.shape = shape
    let stride = parameter.shape.dimensions[1]
    self.places = (0..<shape[0]).flatMap { i in
      (0..<shape[1]).map { j in
        Place(parameter: parameter, number: (row + j) * stride + column + i)
      }
    }
  }

  /// A matrix whose number (i, j) is ours at (rows[i], columns[j]); where it is transposed, (j, i) is.
  init(
    _ name: String, rows: some Collection<Int>, columns: some Collection<Int>,
    in parameter: Parameter, transposed: Bool = false
  ) {
    let stride = parameter.shape.dimensions[1]
    let (outer, inner) = transposed ? (Array(columns), Array(rows)) : (Array(rows), Array(columns))
    self.name = name
    self.shape = [outer.count, inner.count]
    self.places = outer.flatMap { i in
      inner.map { j in
        Place(parameter: parameter, number: transposed ? j * stride + i : i * stride + j)
      }
    }
  }

  /// A vector whose numbers are those of ours of these indices.
  init(_ name: String, numbers: some Collection<Int>, in parameter: Parameter) {
    self.name = name
    self.shape = [numbers.count]
    self.places = numbers.map { Place(parameter: parameter, number: $0) }
  }
}

extension ParameterStore {
  /// Replaces the parameters that the maps lead to; numbers that share a place are added up.
  func load(_ maps: [TensorMap], _ values: (String) throws -> [Double]) rethrows {
    var sums: [Int: [Double]] = [:]
    for map in maps {
      for (place, value) in zip(map.places, try values(map.name)) {
        let parameter = place.parameter
        sums[
          parameter.index, default: Array(repeating: 0, count: parameter.shape.count)
        ][place.number] += value
      }
    }
    for (index, numbers) in sums { self[list.all[index]] = numbers.map { Float($0) } }
  }

  /// The numbers of a map's tensor.
  func numbers(of map: TensorMap) -> [Double] {
    var parameters: [Int: [Float]] = [:]
    for place in map.places where parameters[place.parameter.index] == nil {
      parameters[place.parameter.index] = self[place.parameter]
    }
    return map.places.map { place in
      parameters[place.parameter.index].map { Double($0[place.number]) } ?? 0
    }
  }
}
