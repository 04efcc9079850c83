import TapeheadEngine
import Testing

/// What slices are parts of.
@Suite struct ViewTests {
  /// A value of 4 numbers, and one of 7 that begins with them.
  private func values() -> (part: Value, joined: Value) {
    let trace = Trace(parameters: ParameterList())
    let part = trace.constant(0, shape: [4]).exp()
    return (part, concatenate([part, trace.constant(0, shape: [3])]))
  }

  @Test func aSliceOfAJoinedValueIsOneOfItsPart() {
    let (part, joined) = values()
    let inside = joined.slice(from: 1, count: 3), across = joined.slice(from: 3, count: 2)
    let values = part.trace.values
    #expect(values[inside.id].origin == .view(of: part.id, offset: 1, differentiable: true))
    #expect(values[across.id].origin == .view(of: joined.id, offset: 3, differentiable: true))
  }

  @Test func slicesThatFollowEachOtherAreJoinedAlready() {
    let (part, _) = values()
    let slices = part.split([1, 2, 1])
    let again = concatenate([slices[1], slices[2]])
    let turned = concatenate([slices[2], slices[1]])
    let values = part.trace.values
    #expect(values[again.id].origin == .view(of: part.id, offset: 1, differentiable: true))
    #expect(part.trace.root(of: turned.id).root == turned.id)
  }

  /// A gradient that is stopped stays stopped in a slice, of a joined value too.
  @Test func aSliceOfWhatIsStoppedIsStopped() {
    let (part, joined) = values()
    for value in [part, joined] {
      let slice = value.withoutGradient().slice(from: 1, count: 2)
      let origin = part.trace.values[slice.id].origin
      #expect(origin == .view(of: part.id, offset: 1, differentiable: false))
    }
  }
}
