public import TapeheadEngine

/// What the controller tells the memory at one step: ξ, each number within its domain.
///
/// R read heads and H write heads (the paper has one), N slots of width W.
public struct DNCInterface {
  /// k^r, `[R, W]`.
  public let readKeys: Value
  /// β^r ≥ 1 (or 0), `[R]`.
  public let readStrengths: Value
  /// k^w, `[H, W]`.
  public let writeKeys: Value
  /// β^w, `[H]`.
  public let writeStrengths: Value
  /// e in (0, 1), `[H, W]`.
  public let erase: Value
  /// v, `[H, W]`.
  public let write: Value
  /// f in (0, 1), `[R]`.
  public let freeGates: Value
  /// g^a in (0, 1), `[1]` for each write head.
  public let allocationGates: [Value]
  /// g^w in (0, 1), `[1]` for each write head.
  public let writeGates: [Value]
  /// π, `[R, 2H + 1]`: for each read head a distribution over backward, content and forward.
  ///
  /// Backward and forward stand there once for each write head, whose links they follow.
  public let readModes: Value
  /// What read and write keys compare, in (0, 1), `[R, W]` and `[H, W]`; nil if they do not mask.
  public let masks: (read: Value, write: Value)?
  /// Exponents ≥ 1 that sharpen where links lead, `[1]` for each read head; nil if nothing does.
  public let sharpness: (forward: [Value], backward: [Value])?
}

/// How the interface vector is cut up.
///
/// The parts stand in the order of the paper: k^r, β^r, k^w, β^w, e, v, f, g^a, g^w, π; after them
/// the masks of the read and of the write keys, and the forward and backward sharpness, where
/// conventions have them. A part of several heads has them one behind the other.
public struct DNCInterfaceLayout: Sendable {
  public let width: Int
  public let readHeads: Int
  public let writeHeads: Int
  public let conventions: DNCConventions

  public init(width: Int, readHeads: Int, writeHeads: Int, conventions: DNCConventions) {
    self.width = width
    self.readHeads = readHeads
    self.writeHeads = writeHeads
    self.conventions = conventions
  }

  /// Ways that a read head can choose between.
  public var modes: Int { 2 * writeHeads + 1 }

  private var parts: [(count: Int, activation: Activation)] {
    let (reads, writes) = (readHeads, writeHeads)
    var parts: [(count: Int, activation: Activation)] = [
      (reads * width, .identity), (reads, conventions.strengthActivation),
      (writes * width, .identity), (writes, conventions.strengthActivation),
      (writes * width, .sigmoid), (writes * width, .identity), (reads, .sigmoid),
      (writes, .sigmoid), (writes, .sigmoid),
    ]
    parts += Array(repeating: (modes, .softmax), count: reads)
    if conventions.masksLookup { parts += [(reads * width, .sigmoid), (writes * width, .sigmoid)] }
    if conventions.sharpensLinks { parts += [(reads, .oneplus), (reads, .oneplus)] }
    return parts
  }

  /// Numbers in ξ: R W + 3 W + 5 R + 3 for one write head and the paper's conventions.
  public var size: Int { parts.reduce(0) { $0 + $1.count } }

  /// The interface from the numbers that the controller's projection made.
  public func interface(from raw: Value) -> DNCInterface {
    let clip = conventions.interfaceClip
    let clipped = clip > 0 ? raw.clamped(-clip, clip) : raw
    let activated = clipped.activated(by: parts)
    var offset = 0
    func vector(_ count: Int) -> Value {
      defer { offset += count }
      return activated.slice(from: offset, count: count)
    }
    func rows(_ heads: Int, _ count: Int) -> Value {
      vector(heads * count).reshaped(to: [heads, count])
    }
    func numbers(_ heads: Int) -> [Value] { (0..<heads).map { _ in vector(1) } }
    return DNCInterface(
      readKeys: rows(readHeads, width), readStrengths: vector(readHeads),
      writeKeys: rows(writeHeads, width), writeStrengths: vector(writeHeads),
      erase: rows(writeHeads, width), write: rows(writeHeads, width),
      freeGates: vector(readHeads), allocationGates: numbers(writeHeads),
      writeGates: numbers(writeHeads), readModes: rows(readHeads, modes),
      masks: conventions.masksLookup
        ? (read: rows(readHeads, width), write: rows(writeHeads, width)) : nil,
      sharpness: conventions.sharpensLinks
        ? (forward: numbers(readHeads), backward: numbers(readHeads)) : nil)
  }
}
