// Where every value of a program stands, and which kernels run in which order.
//
// A plan knows nothing of the processor: it names kernels, sizes and places. Memory is cut into
// regions. What lives for one operation or a few stands in `scratch`, where places are reused; what a
// step leaves for the way back stands in the step's `frame`; what outlives steps stands in `once`.

/// A program with a place for every value, for a micro-batch of a given number of sequences.
public struct Plan: Sendable {
  /// What a plan is for.
  public enum Purpose: Sendable, Equatable {
    /// Forward and back, with every value that the way back needs kept.
    case training
    /// Forward only; the state is kept, and of each step what is asked for.
    case inference
  }

  package enum Region: String, Sendable, CaseIterable {
    case parameters, packed, constants, once, scratch, frame
  }

  /// Where the first sequence's numbers of a value start, and how far it is to the next sequence's.
  package struct Place: Sendable, Hashable {
    package var region: Region
    /// In floats from the start of the region.
    package var offset: Int
    /// In floats; 0 for what all sequences share.
    package var rowStride: Int
    /// In the frame region: 0 for the frame that the previous step left, 1 for the step's own.
    package var shift = 0

    package func moved(by floats: Int) -> Place {
      var place = self
      place.offset += floats
      return place
    }
  }

  package struct Instruction: Sendable {
    package let call: KernelCall
    package let operands: [Place]
    package let accumulate: UInt32
    /// The node that it belongs to; copies between places belong to none.
    package let node: Int?
    /// Values as they are read and written, with their places, for the check and the text.
    package let reads: [Int]
    package var writes: [(value: Int, place: Place, count: Int)]
  }

  /// Instructions of a section that run for all steps before the next ones do.
  package struct Stage: Sendable {
    package let instructions: Range<Int>
    /// Whether each is one call for all steps, of a kernel that takes several; else they run step by step.
    package let takesAllSteps: Bool
  }

  /// Rows of a weight as its products take them with many rows: packed once a batch, to be read in order.
  package struct Packed: Sendable, Hashable {
    package let parameter: Int
    package let rows: Range<Int>
    /// The way back multiplies by the rows' transpose.
    package let transposed: Bool
  }

  /// Work after the last step back.
  package struct Tail: Sendable {
    package let parameter: Int
    /// The first of a matrix's rows that it is for.
    package let row: Int
    package let x: Place?
    package let dy: Place
    package let everyStep: Bool
    package let xCount: Int
    package let dyCount: Int
  }

  package let program: Program
  public let purpose: Purpose
  /// Sequences that run side by side.
  public let rows: Int
  package var initial: [Instruction] = []
  package var step: [Instruction] = []
  package var stepBack: [Instruction] = []
  package var initialBack: [Instruction] = []
  /// By section: its stages in order, which together hold all of its instructions.
  package internal(set) var stages: [[Stage]] = []
  package internal(set) var tails: [Tail] = []
  /// By value: where it stands.
  package internal(set) var places: [Int: Place] = [:]
  /// By concatenated value: the values that are made in their place within it.
  package internal(set) var partsInPlace: [Int: [(part: Int, offset: Int)]] = [:]
  /// By state: where a step finds it, where it leaves it, and where its cotangent is handed on.
  package internal(set) var entryPlaces: [Place] = []
  package internal(set) var finalPlaces: [Place] = []
  package internal(set) var cotangentPlaces: [Place?] = []
  package internal(set) var onceFloats = 0
  /// Floats of one row's scratch.
  package internal(set) var scratchRow = 0
  package internal(set) var frameFloats = 0
  package internal(set) var packed: [(matrix: Packed, offset: Int)] = []
  package internal(set) var packedFloats = 0
  /// Values that are read when their step has ended.
  package internal(set) var recorded: Set<Int> = []
  package internal(set) var constantOffsets: [Int] = []
  package internal(set) var constantFloats = 0

  package var scratchFloats: Int { scratchRow * rows }

  package func instructions(_ section: Trace.Section) -> [Instruction] {
    switch section {
    case .initial: initial
    case .step: step
    case .stepBack: stepBack
    case .initialBack: initialBack
    }
  }

  /// Kernels that run for one time step, forward and back.
  public var instructionCount: Int { step.count + stepBack.count }

  /// Bytes of the arena that one thread needs for sequences of this many steps.
  ///
  /// If steps are computed again on the way back, there are frames for one segment only, and beside
  /// them the state before each segment.
  public func arenaBytes(steps: Int, recomputing: Bool = false) -> Int {
    arenaBytes(Segments(steps: steps, recomputing: recomputing))
  }

  func arenaBytes(_ segments: Segments) -> Int {
    let frames = frameFloats * (segments.length + 1)
    let states = segments.count > 1 ? segments.count * stateFloats : 0
    return 4 * (onceFloats + scratchFloats + frames + states)
  }

  /// What a step finds of all states.
  var stateFloats: Int { program.states.reduce(0) { $0 + $1.shape.count * rows } }
}
