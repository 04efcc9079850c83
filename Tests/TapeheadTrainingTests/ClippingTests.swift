import TapeheadEngine
import TapeheadTraining
import Testing

@Suite("Clipping of a gradient")
struct ClippingTests {
  private func clipped(
    _ numbers: [Float], _ kind: Clipping.Kind, limit: Float
  ) -> (numbers: [Float], length: Float) {
    var list = ParameterList()
    let parameter = list.declare("a", shape: [numbers.count], initialisation: .constant(0))
    let gradient = ParameterStore(list)
    gradient[parameter] = numbers
    let length = GradientClipper(Clipping(kind: kind, limit: limit), gradient, .fastest).apply()
    return (gradient[parameter], length)
  }

  @Test("components stay within the limit, and lengths too")
  func clips() {
    #expect(clipped([3, -20, 0.5], .value, limit: 10).numbers == [3, -10, 0.5])
    let (numbers, length) = clipped([3, 4], .norm, limit: 1)
    #expect(length == 5)
    #expect(abs(numbers[0] - 0.6) < 1e-6 && abs(numbers[1] - 0.8) < 1e-6)
    #expect(clipped([3, 4], .norm, limit: 6).numbers == [3, 4])
    #expect(clipped([3, 4], .none, limit: 1).numbers == [3, 4])
  }

  @Test("a gradient whose length no float can hold is clipped all the same")
  func overlong() {
    let value = clipped([3e30, -4e30, 2], .value, limit: 10)
    #expect(value.numbers == [10, -10, 2])
    #expect(value.length.isFinite)
    let norm = clipped([3e30, 4e30], .norm, limit: 1)
    #expect(norm.length.isFinite)
    #expect(abs(norm.numbers[0] - 0.6) < 1e-6 && abs(norm.numbers[1] - 0.8) < 1e-6)
  }

  @Test("what is no number is not hidden", arguments: [Clipping.Kind.value, .norm, .none])
  func keepsFailures(kind: Clipping.Kind) {
    for number in [Float.nan, .infinity] {
      #expect(!clipped([1, number], kind, limit: 1).length.isFinite)
    }
  }
}
