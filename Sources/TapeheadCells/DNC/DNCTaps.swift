import TapeheadEngine

// What figures and comparisons see of each head, under the names that the heads of the NTM have too.

extension DNCInterface {
  /// Names what the controller told each write head; its stages are named where they are made.
  func tapWriteHeads() {
    for head in writeGates.indices {
      erase.trace(in: "write head \(head)") {
        writeKeys.row(head).tapped("key")
        writeStrengths.slice(from: head, count: 1).tapped("strength")
        erase.row(head).tapped("erase")
        write.row(head).tapped("add")
        allocationGates[head].tapped("allocation gate")
        writeGates[head].tapped("write gate")
      }
    }
  }

  /// Names what the controller told each read head, where it read, and what.
  func tapReadHeads(_ state: DifferentiableNeuralComputer.State) {
    for head in 0..<freeGates.count {
      state.reads.trace(in: "read head \(head)") {
        readKeys.row(head).tapped("key")
        readStrengths.slice(from: head, count: 1).tapped("strength")
        freeGates.slice(from: head, count: 1).tapped("free gate")
        readModes.row(head).tapped("modes")
        state.readWeightings.row(head).tapped("weighting")
        state.reads.row(head).tapped("read")
      }
    }
  }
}

extension Value {
  /// Names each row of this matrix as something of the read head of its number.
  func tappedByReadHead(_ name: String) {
    for head in 0..<(shape.dimensions.first ?? 0) {
      trace(in: "read head \(head)") { _ = row(head).tapped(name) }
    }
  }

  /// One row of a matrix; no copy is made.
  func row(_ index: Int) -> Value {
    let count = shape.dimensions.last ?? 0
    return slice(from: index * count, count: count)
  }
}
