/// A matrix of so many rows, row by row, with rows and columns exchanged.
func transposed<Number>(_ numbers: [Number], rows: Int) -> [Number] {
  let columns = numbers.count / rows
  return (0..<columns).flatMap { column in
    (0..<rows).map { numbers[$0 * columns + column] }
  }
}
