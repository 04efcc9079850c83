import TapeheadTraining
import Testing

@Suite struct SampleMeanTests {
  @Test func confidenceIsStudents() {
    let mean = SampleMean(of: [1, 2, 3, 4])
    #expect(mean.value == 2.5)
    // The variance is 5/3, the standard error √(5/3/4) = 0.6455; three degrees of freedom.
    #expect(abs(mean.confidence / (3.182_446 * 0.645_497) - 1) < 0.002)
  }

  @Test(
    "the quantile is that of the tables",
    arguments: [
      (1, 12.7062), (2, 4.302_65), (3, 3.182_45), (4, 2.776_45), (5, 2.570_58), (10, 2.228_14),
      (30, 2.042_27), (99, 1.984_22), (999, 1.962_34),
    ])
  func quantile(freedom: Int, expected: Double) {
    #expect(abs(SampleMean.quantile(freedom: freedom) / expected - 1) < 0.002)
  }

  @Test func oneValueHasNoInterval() {
    let mean = SampleMean(of: [7])
    #expect(mean.value == 7)
    #expect(mean.confidence == .infinity)
  }
}
