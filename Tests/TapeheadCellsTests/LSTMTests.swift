import TapeheadCells
import TapeheadEngine
import TestSupport
import Testing

/// The paper's baseline: its parameter counts, its gradients, and what its skips connect.
@Suite struct LSTMTests {
  /// Tables 1 to 3 of the NTM paper, for the layouts whose sizes it says.
  @Test(arguments: [
    (task: "copy", inputs: 10, outputs: 9, units: 256, count: 1_352_969),
    ("repeat copy", 8, 7, 512, 5_312_007),
    ("associative recall", 8, 6, 256, 1_344_518),
    ("dynamic n-grams", 1, 1, 128, 331_905),
  ])
  func parameterCountIsThePapers(
    layout: (task: String, inputs: Int, outputs: Int, units: Int, count: Int)
  ) {
    var list = ParameterList()
    _ = LSTM(
      LSTM.Configuration(units: layout.units), inputs: layout.inputs, outputs: layout.outputs,
      in: &list)
    let count = list.trainedCount
    #expect(count == layout.count, "\(layout.task)")
  }

  @Test(arguments: [true, false], 1...3)
  func gradientIsThatOfDifferences(skips: Bool, layers: Int) throws {
    for firstState in FirstState.allCases {
      var list = ParameterList()
      let configuration = LSTM.Configuration(
        units: 4, layers: layers, skips: skips, firstState: firstState)
      let cell = LSTM(configuration, inputs: 3, outputs: 2, in: &list)
      let program = try Program(cell, parameters: list, objective: .binaryCrossEntropy)
      let batch = SequenceBatch.random(lengths: [3, 1, 4], inputSize: 3, targetSize: 2)
      let deviation = try GradientCheck(program, probes: .directions(3))
        .largestDeviation(batch, .random(list))
      let isClose = deviation.error <= 1e-5
      #expect(isClose, "\(firstState): \(deviation)")
    }
  }

  @Test func skipsReachEveryLayerAndTheOutput() throws {
    func shapes(skips: Bool) -> [String: Shape] {
      var list = ParameterList()
      _ = LSTM(
        LSTM.Configuration(units: 4, layers: 3, skips: skips), inputs: 5, outputs: 2, in: &list)
      return Dictionary(uniqueKeysWithValues: list.all.map { ($0.name, $0.shape) })
    }
    let (with, without) = (shapes(skips: true), shapes(skips: false))
    #expect(with["layer 0/gates/weight"] == [9, 16])
    #expect(with["layer 2/gates/weight"] == [13, 16])
    #expect(with["output/weight"] == [12, 2])
    #expect(without["layer 2/gates/weight"] == [8, 16])
    #expect(without["output/weight"] == [4, 2])
  }

  @Test func firstForgetBiasesAreSet() throws {
    var list = ParameterList()
    _ = LSTM(
      LSTM.Configuration(units: 2, layers: 1, forgetBias: 1.5), inputs: 1, outputs: 1, in: &list)
    var random = SeededGenerator(seed: 1)
    let store = ParameterStore(list, using: &random)
    let bias = try #require(list.named("layer 0/gates/bias"))
    #expect(store[bias] == [0, 0, 1.5, 1.5, 0, 0, 0, 0])
  }

  @Test func firstStatesAreTrainedOnlyWhereLearned() {
    for firstState in FirstState.allCases {
      var list = ParameterList()
      _ = LSTM(
        LSTM.Configuration(units: 2, layers: 1, firstState: firstState), inputs: 1, outputs: 1,
        in: &list)
      let trained = list.named("layer 0/first hidden")?.trained
      #expect(trained == (firstState == .learned))
    }
  }
}
