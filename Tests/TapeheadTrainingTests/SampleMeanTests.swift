import TapeheadTraining
import Testing

@Suite struct SampleMeanTests {
  @Test func confidenceIsTwoStandardErrors() {
    let mean = SampleMean(of: [1, 2, 3, 4])
    #expect(mean.value == 2.5)
    // The variance is 5/3, the standard error √(5/3/4) = 0.6455.
    #expect(abs(mean.confidence - 1.96 * 0.645_497) < 1e-5)
  }

  @Test func oneValueHasNoInterval() {
    let mean = SampleMean(of: [7])
    #expect(mean.value == 7)
    #expect(mean.confidence == 0)
  }
}
