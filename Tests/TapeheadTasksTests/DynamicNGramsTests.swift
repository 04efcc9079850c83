import Foundation
import TapeheadEngine
import TapeheadTasks
import Testing

@Suite struct DynamicNGramsTests {
  @Test func eachStepShowsTheBitThatTheOneBeforeAskedFor() {
    for example in DynamicNGrams().examples(20) {
      #expect(example.steps == 200)
      #expect(example.answers == Array(0..<200))
      #expect(example.input(0) == [0])
      for step in 1..<200 {
        #expect(example.input(step) == example.target(step - 1))
      }
    }
  }

  /// Counts anew for each step what followed the same five bits before.
  @Test func optimumEqualsBruteForceCounts() {
    let task = DynamicNGrams()
    for example in task.examples(5) {
      let bits = (0..<200).map { example.target($0)[0] }
      let predictions = task.optimalPredictions(of: example.sequence, in: example.batch)
      #expect(predictions.count == 200)
      #expect(predictions.prefix(5) == [0.5, 0.5, 0.5, 0.5, 0.5])
      for step in 5..<200 {
        let context = bits[step - 5..<step]
        let followers = (5..<step).filter { bits[$0 - 5..<$0] == context }.map { bits[$0] }
        let ones = Double(followers.count { $0 == 1 })
        let expected = (ones + 0.5) / (Double(followers.count) + 1)
        #expect(predictions[step] == expected, "step \(step)")
      }
    }
  }

  /// 133.18 bits on average, 36 from sequence to sequence: with 4,000 sequences the mean has a
  /// standard deviation of 0.57.
  @Test func optimumCostsWhatWasCalculated() throws {
    let task = DynamicNGrams()
    let costs = try task.examples(4000).map { example in
      try #require(task.measure("optimum_bits", of: example, outputs: example.batch.targets))
    }
    let mean = costs.reduce(0, +) / 4000
    #expect(abs(mean - 133.18) < 2)
    let variance = costs.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 4000
    #expect(abs(variance.squareRoot() - 36) < 1.8)
  }

  @Test func gapIsZeroForTheOptimumAndKnownForAGuess() throws {
    let task = DynamicNGrams()
    let example = task.examples(3)[2]
    var outputs = [Float](repeating: 0.5, count: example.batch.steps)
    let optimum = try #require(task.measure("optimum_bits", of: example, outputs: outputs))
    let guess = try #require(task.measure("gap_bits", of: example, outputs: outputs))
    #expect(abs(guess - (200 - optimum)) < 1e-9)
    let predictions = task.optimalPredictions(of: 2, in: example.batch)
    for (step, prediction) in predictions.enumerated() {
      outputs[example.batch.starts[2] + step] = Float(prediction)
    }
    let gap = try #require(task.measure("gap_bits", of: example, outputs: outputs))
    #expect(abs(gap) < 1e-4)
  }

  @Test func gapOfEachBitIsWhatItCostsAboveTheOptimum() throws {
    let task = DynamicNGrams()
    let example = task.examples(2)[1]
    // A network that has no opinion pays one bit a step.
    let outputs = [Float](repeating: 0.5, count: example.batch.steps)
    let measure = outputs.withUnsafeBufferPointer {
      task.positionMeasures(of: 1, in: example.batch, probabilities: $0)
    }
    #expect(measure.map(\.name) == ["gap_bits"])
    let gaps = try #require(measure.first).values
    let predictions = task.optimalPredictions(of: 1, in: example.batch)
    #expect(gaps.count == 200)
    for (step, gap) in gaps.enumerated() {
      let isOne = example.target(step) == [1]
      let paid = -log2(isOne ? predictions[step] : 1 - predictions[step])
      #expect(abs(gap - (1 - paid)) < 1e-9, "step \(step)")
    }
    let total = try #require(task.measure("gap_bits", of: example, outputs: outputs))
    #expect(abs(gaps.reduce(0, +) - total) < 1e-9)
  }

  @Test func certainErrorsCostFinitelyMuch() throws {
    let task = DynamicNGrams.small
    let example = task.examples(1)[0]
    let wrong = example.batch.targets.map { 1 - $0 }
    let gap = try #require(task.measure("gap_bits", of: example, outputs: wrong))
    #expect(gap.isFinite && gap > 49 * 20)
  }

  /// With one bit of context the two frequencies of a long sequence are two draws of Beta(½, ½).
  @Test func tablesFollowTheArcsineLaw() {
    var task = DynamicNGrams()
    task.contextLength = 1
    task.bits = 400
    var frequencies: [Double] = []
    for example in task.examples(1500) {
      let followers = (1..<example.steps).filter { example.input($0)[0] == 1 }
      guard followers.count >= 30 else { continue }
      let ones = followers.count { example.target($0)[0] == 1 }
      frequencies.append(Double(ones) / Double(followers.count))
    }
    // Half of Beta(½, ½) lies within sin²(π/8) = 0.146 of an end; fair coins would lie in between.
    let nearEnds = Double(frequencies.count { abs($0 - 0.5) > 0.3536 }) / Double(frequencies.count)
    #expect(abs(nearEnds - 0.5) < 0.06)
  }
}
