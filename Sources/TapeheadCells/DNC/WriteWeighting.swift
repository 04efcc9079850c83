import TapeheadEngine

// Where each write head writes (DNC, "Write weighting").

extension DNCInterface {
  /// w_t^w = g^w (g^a a + (1 − g^a) c^w) of each write head, `[N]`, with c^w by content on M_{t−1}.
  func writeWeightings(allocations: [Value], memory: LookupMemory) -> [Value] {
    let slots = allocations[0].count
    let contents = memory.weightings(
      keys: writeKeys, strengths: writeStrengths, masks: masks?.write)
    return allocations.enumerated().map { head, allocation in
      allocation.trace(in: "write head \(head)") {
        let content = contents.slice(from: head * slots, count: slots).tapped("content")
        allocation.tapped("allocation")
        return allocation.interpolated(with: content, gate: allocationGates[head])
          .scaled(by: writeGates[head]).tapped("weighting")
      }
    }
  }
}
