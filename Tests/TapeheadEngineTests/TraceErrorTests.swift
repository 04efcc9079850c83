import TapeheadEngine
import TestSupport
import Testing

/// Shapes that do not fit are errors that name the scope's path and the shapes found.
@Suite struct TraceErrorTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let message: String
    let body: @Sendable (Trace) -> Value

    init(_ message: String, _ body: @escaping @Sendable (Trace) -> Value) {
      self.message = message
      self.body = body
    }

    var testDescription: String { message }
  }

  static let mistakes: [Mistake] = [
    Mistake("add needs two values of one shape, found [20] and [16]") {
      $0.constant(0, shape: [20]) + $0.constant(0, shape: [16])
    },
    Mistake("multiply needs a number as its second value, found [3] and [2]") {
      $0.constant(0, shape: [3]).scaled(by: $0.constant(0, shape: [2]))
    },
    Mistake("slice needs a part of [3], found [2] from number 2") {
      $0.constant(0, shape: [3]).slice(from: 2, count: 2)
    },
    Mistake("reshape needs a part of [3], found [2, 2] from number 0") {
      $0.constant(0, shape: [3]).reshaped(to: [2, 2])
    },
    Mistake("split needs sizes that add up to the value's 5 numbers, found [2, 2]") {
      $0.constant(0, shape: [5]).split([2, 2])[0]
    },
    Mistake("constant needs 3 numbers for [3], found 2") { $0.constant([1, 2], shape: [3]) },
    Mistake("activate needs a vector of 5 numbers, found [4]") {
      $0.constant(0, shape: [4]).activated([(2, .tanh), (3, .sigmoid)])[0]
    },
    Mistake(
      "matrix times vectors needs vectors as long as the matrix is wide, found [2, 3] and [2]"
    ) { $0.constant(0, shape: [2, 3]).applied(to: $0.constant(0, shape: [2])) },
    Mistake(
      "vectors times matrix needs vectors as long as the matrix is high, found [3] and [2, 3]"
    ) { $0.constant(0, shape: [3]).times(matrix: $0.constant(0, shape: [2, 3])) },
    Mistake("outer product needs as many vectors left as right, found [2, 3] and [4, 3]") {
      $0.constant(0, shape: [2, 3]).outer($0.constant(0, shape: [4, 3]))
    },
    Mistake("dot product needs two values of one shape, found [2, 3] and [3, 2]") {
      $0.constant(0, shape: [2, 3]).dot($0.constant(0, shape: [3, 2]))
    },
    Mistake("keep largest needs a vector of at least the 4 numbers to keep, 1 to 1024, found [3]") {
      $0.constant(0, shape: [3]).largest(4).numbers
    },
    Mistake(
      "sparse link directions needs degrees and slots of K entries × slots and weightings over "
        + "the slots, found [2, 5] and [2, 5] and [4]"
    ) {
      SparseLinks.none(slots: 5, entries: 2, in: $0)
        .directions(from: $0.constant(0, shape: [4])).forward
    },
    Mistake(
      "sparse link update needs degrees and slots of K entries × slots, a weighting and a "
        + "precedence of K, found [2, 5] and [2, 5] and [5] and [3] and [5] and [2]"
    ) {
      let weighting = $0.constant(0, shape: [5])
      return SparseLinks.none(slots: 5, entries: 2, in: $0)
        .updated(writing: weighting.largest(3), precedence: weighting.largest(2)).degrees
    },
    Mistake("sum of rows needs a matrix, found [3]") { $0.constant(0, shape: [3]).sumOfRows() },
    Mistake("broadcast needs a number, found [2]") {
      $0.constant(0, shape: [2]).broadcast(to: [2, 2])
    },
    Mistake("cosine similarity needs a memory, and keys as wide as it, found [3, 5] and [4]") {
      $0.constant(0, shape: [3, 5]).cosineSimilarity(
        to: $0.constant(0, shape: [4]), SimilarityEpsilon())
    },
    Mistake(
      "content weighting needs one strength for each row of similarities, found [2, 5] and [3]"
    ) { $0.constant(0, shape: [2, 5]).contentWeighting(strength: $0.constant(0, shape: [3])) },
    Mistake("interpolate needs a gate and two values of one shape, found [1] and [5] and [4]") {
      $0.constant(0, shape: [5]).interpolated(
        with: $0.constant(0, shape: [4]), gate: $0.constant(0, shape: [1]))
    },
    Mistake("circular convolution needs 3 taps beside a weighting, found [5] and [2]") {
      $0.constant(0, shape: [5]).convolved(with: $0.constant(0, shape: [2]), shifts: [-1, 0, 1])
    },
    Mistake("sharpen needs one exponent beside a weighting, found [5] and [2]") {
      $0.constant(0, shape: [5]).sharpened(by: $0.constant(0, shape: [2]))
    },
    Mistake("LSTM gates needs four times as many sums as cells, found [12] and [4]") {
      $0.constant(0, shape: [12]).lstmGates(cells: $0.constant(0, shape: [4])).cells
    },
    Mistake(
      "erase and add needs a memory, a weighting over its slots, and erase and add as wide as it, "
        + "found [3, 5] and [5] and [3] and [2]"
    ) {
      $0.constant(0, shape: [3, 5]).written(
        weighting: $0.constant(0, shape: [5]), erase: $0.constant(0, shape: [3]),
        add: $0.constant(0, shape: [2]))
    },
    Mistake(
      "cross-entropy needs as many logits as targets, and a weight, found [3] and [2] and [1]"
    ) {
      $0.constant(0, shape: [3]).binaryCrossEntropy(
        targets: $0.constant(0, shape: [2]), weight: $0.constant(0, shape: [1]))
    },
    Mistake("cross-entropy needs whole groups of 2 logits, found [3]") {
      $0.constant(0, shape: [3]).softmaxCrossEntropy(
        targets: $0.constant(0, shape: [3]), weight: $0.constant(0, shape: [1]), group: 2)
    },
  ]

  @Test(arguments: mistakes)
  func namesTheScopeAndTheShapes(_ mistake: Mistake) throws {
    let cell = ClosureCell.stateless(inputs: 1, outputs: 1) { input in
      input.trace(in: "read head 0") {
        input.trace(in: "addressing") {
          let wrong = mistake.body(input.trace)
          // What is made from a value that could not be made says nothing more.
          return (wrong + input).sum() * 2
        }
      }
    }
    let error = traceError(cell)
    #expect(error?.description == "read head 0/addressing: " + mistake.message)
    #expect(error?.scope == "read head 0/addressing")
  }

  @Test func linearMapsNameTheirShapes() throws {
    var list = ParameterList()
    let weight = list.declare(
      "w", shape: [4, 3], layout: .matrix, initialisation: .constant(0))
    let bias = list.declare("b", shape: [2], initialisation: .constant(0))
    let narrow = ClosureCell.stateless(inputs: 5, outputs: 3) { input in
      input.linear(weight: weight)
    }
    #expect(
      traceError(narrow, list)?.description
        == "linear needs an input of as many numbers as its weight has rows, found [5] and [4, 3]")
    let biased = ClosureCell.stateless(inputs: 4, outputs: 3) { input in
      input.linear(weight: weight, bias: bias)
    }
    #expect(
      traceError(biased, list)?.description
        == "linear needs a bias of as many numbers as its weight has columns, found [2] and [4, 3]")
  }

  @Test func parametersThatAreNoValuesAreRefused() {
    var list = ParameterList()
    let weight = list.declare("w", shape: [4, 3], layout: .matrix, initialisation: .constant(0))
    let used = ClosureCell.stateless(inputs: 3, outputs: 1) { $0.trace.parameter(weight).sum() }
    #expect(
      traceError(used, list)?.description
        == "w is laid out for linear maps: declare it as packed to use its numbers")
    let foreign = ClosureCell.stateless(inputs: 4, outputs: 3) { $0.linear(weight: weight) }
    #expect(
      traceError(foreign)?.description
        == "w is a parameter of another list: declare it in the one that the program is made with")
  }

  @Test func onlyAStepIsTapped() {
    let cell = ClosureCell(inputs: 1, outputs: 1) {
      [$0.constant(0, shape: [1]).tapped("first")]
    } step: { states, input in
      ([states[0]], input)
    }
    #expect(
      traceError(cell)?.description
        == "only what a step makes can be tapped: tap first in the step")
  }

  @Test func moreParametersThanCanBeCountedAreRefused() {
    var list = ParameterList()
    _ = list.declare("w", shape: [1 << 16, 1 << 15], layout: .matrix, initialisation: .constant(0))
    let cell = ClosureCell.stateless(inputs: 1, outputs: 1) { $0 }
    #expect(
      traceError(cell, list)?.description
        == "the parameters take 2147483648 numbers, more than 2147483647: choose fewer units, layers, heads or slots"
    )
  }

  @Test func onlyTheFirstMistakeIsTold() {
    let cell = ClosureCell(inputs: 3, outputs: 1) { trace in
      [trace.scope("start") { trace.constant([1], shape: [2]) }]
    } step: { states, input in
      ([states[0]], input + input.trace.constant(0, shape: [4]))
    }
    #expect(
      traceError(cell)?.description == "start: constant needs 2 numbers for [2], found 1")
  }

  @Test func stateThatChangesItsShapeIsRefused() {
    let cell = ClosureCell(inputs: 3, outputs: 1) {
      [$0.constant(0, shape: [2])]
    } step: { _, input in
      ([input * 2], input.sum())
    }
    #expect(
      traceError(cell)?.description
        == "state state 0 needs one shape in every step, found [2] and [3]")
  }

  @Test func stateThatAppearsIsRefused() {
    let cell = ClosureCell(inputs: 3, outputs: 1) {
      [$0.constant(0, shape: [3])]
    } step: { states, input in
      (states + [input], input.sum())
    }
    #expect(
      traceError(cell)?.description
        == "state state 1 needs one shape in every step, found no state of this name and [3]")
  }

  @Test func stateThatIsLostIsRefused() {
    let cell = ClosureCell(inputs: 3, outputs: 1) { trace in
      [trace.constant(0, shape: [3]), trace.constant(0, shape: [3])]
    } step: { states, input in
      ([states[0]], input.sum())
    }
    #expect(
      traceError(cell)?.description == "a step leaves 1 states where the first state has 2")
  }

  @Test func outputOfAnotherSizeIsRefused() {
    let cell = ClosureCell.stateless(inputs: 3, outputs: 1) { input in
      input * 2
    }
    #expect(traceError(cell)?.description == "the output needs 1 numbers, found [3]")
  }

  @Test func lossOfSeveralNumbersIsRefused() {
    let cell = ClosureCell.stateless(inputs: 3, outputs: 3) { input in
      input * 2
    }
    let error = #expect(throws: TraceError.self) {
      try Program(
        cell, parameters: ParameterList(), objective: Objective { output, _, _, _ in output })
    }
    #expect(error?.description == "the loss needs to be one number, found [3]")
  }

  private func traceError(
    _ cell: ClosureCell, _ parameters: ParameterList = ParameterList()
  ) -> TraceError? {
    #expect(throws: TraceError.self) {
      try Program(cell, parameters: parameters, objective: .output)
    }
  }
}
