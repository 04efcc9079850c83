import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// Which memory a head sees, read from the taps of one step.
@Suite struct HeadOrderTests {
  private static let (slots, width) = (6, 3)

  /// What two steps of a machine recorded, and the memory that the first of them left.
  private func step(_ order: HeadOrder, reads: Int, writes: Int) throws -> (
    old: [Float], new: [Float], tap: (String) throws -> [Float]
  ) {
    var conventions = Conventions.tapehead
    conventions.headOrder = order
    var list = ParameterList()
    let cell = NeuralTuringMachine(
      NeuralTuringMachine.Configuration(
        controller: ControllerConfiguration(units: 5), slots: Self.slots, width: Self.width,
        readHeads: reads, writeHeads: writes, conventions: conventions),
      inputs: 2, outputs: 1, in: &list)
    let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
    let session = Session(program, parameters: .random(list))
    _ = try session.step([1, -1])
    let old = try session.tap("memory")
    _ = try session.step([0.5, 2])
    return (old, try session.tap("memory"), { try session.tap($0) })
  }

  /// r = Σᵢ w(i) M(i).
  private func read(_ memory: [Float], _ weighting: [Float]) -> [Float] {
    (0..<Self.width).map { row in
      (0..<Self.slots).reduce(0) { $0 + memory[row * Self.slots + $1] * weighting[$1] }
    }
  }

  /// Erasures of all heads, then their additions.
  private func written(
    _ memory: [Float], _ heads: [(weighting: [Float], erase: [Float], add: [Float])]
  ) -> [Float] {
    memory.indices.map { place in
      let (row, slot) = (place / Self.slots, place % Self.slots)
      var number = memory[place]
      for head in heads { number *= 1 - head.erase[row] * head.weighting[slot] }
      for head in heads { number += head.add[row] * head.weighting[slot] }
      return number
    }
  }

  private func writeHead(
    _ head: Int, _ tap: (String) throws -> [Float]
  ) throws -> (weighting: [Float], erase: [Float], add: [Float]) {
    let name = "write head \(head)/"
    return (try tap(name + "weighting"), try tap(name + "erase"), try tap(name + "add"))
  }

  private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  @Test func togetherReadsWhatStoodBefore() throws {
    let (old, new, tap) = try step(.together, reads: 2, writes: 2)
    for head in 0..<2 {
      let name = "read head \(head)/"
      let found = try tap(name + "read")
      let (before, after) = try (
        read(old, tap(name + "weighting")), read(new, tap(name + "weighting"))
      )
      #expect(isClose(found, before))
      #expect(!isClose(found, after))
    }
    let wanted = written(old, [try writeHead(0, tap), try writeHead(1, tap)])
    #expect(isClose(new, wanted))
  }

  @Test func writesFirstReadsWhatWasWritten() throws {
    let (old, new, tap) = try step(.writesFirst, reads: 2, writes: 2)
    let wanted = written(old, [try writeHead(0, tap), try writeHead(1, tap)])
    #expect(isClose(new, wanted))
    for head in 0..<2 {
      let name = "read head \(head)/"
      let (found, after) = try (tap(name + "read"), read(new, tap(name + "weighting")))
      #expect(isClose(found, after))
    }
  }

  @Test func alternatingReadsBetweenTheWrites() throws {
    let (old, new, tap) = try step(.alternating, reads: 2, writes: 2)
    let between = written(old, [try writeHead(0, tap)])
    let after = written(between, [try writeHead(1, tap)])
    #expect(isClose(new, after))
    let (first, second) = try (tap("read head 0/read"), tap("read head 1/read"))
    let wantedFirst = try read(old, tap("read head 0/weighting"))
    let wantedSecond = try read(between, tap("read head 1/weighting"))
    #expect(isClose(first, wantedFirst))
    #expect(isClose(second, wantedSecond))
  }
}
