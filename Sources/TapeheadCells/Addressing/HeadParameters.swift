public import TapeheadEngine

/// What a head emits to address the memory, each number within its domain (NTM, section 3.3).
public struct AddressingParameters {
  /// k, `[M]`.
  public let key: Value
  /// β ≥ 0, `[1]`.
  public let strength: Value
  /// g in (0, 1), `[1]`.
  public let gate: Value
  /// s, a distribution over shifts.
  public let shift: Value
  /// γ ≥ 1, `[1]`.
  public let gamma: Value
}

/// What a write head emits beside: erase e in (0, 1) and add a, each `[M]`.
public struct WriteParameters {
  public let addressing: AddressingParameters
  public let erase: Value
  public let add: Value
}

/// How one vector of numbers is cut into the parameters of all heads.
///
/// A read head has k, β, g, s, γ; a write head has e and a after them. Read heads come first.
public struct HeadLayout: Sendable {
  public let width: Int
  public let shifts: Int
  public let readHeads: Int
  public let writeHeads: Int
  public let conventions: Conventions

  public init(
    width: Int, shifts: Int, readHeads: Int, writeHeads: Int, conventions: Conventions
  ) {
    self.width = width
    self.shifts = shifts
    self.readHeads = readHeads
    self.writeHeads = writeHeads
    self.conventions = conventions
  }

  private var addressing: [(count: Int, activation: Activation)] {
    [
      (width, conventions.keyActivation), (1, conventions.strengthActivation), (1, .sigmoid),
      (shifts, .softmax), (1, .oneplus),
    ]
  }

  private var writing: [(count: Int, activation: Activation)] {
    addressing + [(width, .sigmoid), (width, conventions.addActivation)]
  }

  /// Numbers that a read head emits.
  public var readSize: Int { addressing.reduce(0) { $0 + $1.count } }
  /// Numbers that a write head emits.
  public var writeSize: Int { writing.reduce(0) { $0 + $1.count } }
  /// Numbers that all heads emit.
  public var size: Int { readHeads * readSize + writeHeads * writeSize }

  /// The first bias of the projection that makes these numbers: 0 but for interpolation gates, erases and the steps
  /// of every second head.
  public var firstBias: [Float] {
    let onward = conventions.shiftOrder.shifts(shifts).firstIndex(of: 1)
    func head(_ index: Int, size: Int) -> [Float] {
      var bias = [Float](repeating: 0, count: size)
      bias[width + 1] = conventions.gateBias
      if let onward, index % 2 == 1 { bias[width + 2 + onward] = conventions.shiftBias }
      if size == writeSize {
        for place in readSize..<(readSize + width) { bias[place] = conventions.eraseBias }
      }
      return bias
    }
    return (0..<readHeads).flatMap { head($0, size: readSize) }
      + (0..<writeHeads).flatMap { head($0, size: writeSize) }
  }

  /// The parameters of all heads from the numbers that the controller's projection made.
  public func parameters(
    from raw: Value
  ) -> (reads: [AddressingParameters], writes: [WriteParameters]) {
    let parts =
      Array(repeating: addressing, count: readHeads).flatMap { $0 }
      + Array(repeating: writing, count: writeHeads).flatMap { $0 }
    // Heads that see one memory compare it with their keys together.
    let keys =
      (0..<readHeads).map { $0 * addressing.count }
      + (0..<writeHeads).map { readHeads * addressing.count + $0 * writing.count }
    var values = raw.activated(parts, leading: keys)[...]
    func next() -> AddressingParameters {
      AddressingParameters(
        key: values.removeFirst(), strength: values.removeFirst(), gate: values.removeFirst(),
        shift: values.removeFirst(), gamma: values.removeFirst())
    }
    let reads = (0..<readHeads).map { _ in next() }
    let writes = (0..<writeHeads).map { _ in
      WriteParameters(
        addressing: next(), erase: values.removeFirst(), add: values.removeFirst())
    }
    return (reads, writes)
  }
}
