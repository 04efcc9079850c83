/// What an operation's pullback sees: its inputs, its outputs, and the cotangents of the outputs.
package struct Pullback {
  package let inputs: [Value]
  package let outputs: [Value]
  private let cotangents: [Value?]
  private let gradient: Gradient

  init(inputs: [Value], outputs: [Value], cotangents: [Value?], gradient: Gradient) {
    self.inputs = inputs
    self.outputs = outputs
    self.cotangents = cotangents
    self.gradient = gradient
  }

  package var trace: Trace { gradient.trace }

  /// The cotangent of an output; zeros where nothing depends on it.
  package func cotangent(_ output: Int = 0) -> Value {
    cotangents[output] ?? trace.constant(0, shape: outputs[output].shape)
  }

  /// Whether an input leads to a parameter, so that its cotangent is of use.
  package func wants(_ input: Int) -> Bool { gradient.isActive(inputs[input].id) }

  /// The part of a vector input that wants a cotangent: all but what stands at either end without need.
  package func wantedRange(_ input: Int) -> Range<Int> { gradient.activeRange(inputs[input].id) }

  /// Adds a value to the cotangent of an input; a value made for this may be contributed once.
  package func contribute(_ value: Value, to input: Int) {
    guard wants(input) else { return }
    gradient.contribute(value, to: inputs[input].id)
  }

  /// Adds a vector to the cotangent of part of an input.
  package func contribute(_ value: Value, to input: Int, from offset: Int) {
    guard wants(input) else { return }
    gradient.contribute(value, to: inputs[input].id, from: offset)
  }

  /// Records an operation of the gradient.
  package func record(_ operation: any Operation, _ inputs: [Value]) -> [Value] {
    trace.recordBackward(operation, inputs)
  }

  /// After the last step back: adds Σ over steps and sequences of xᵀ dy to a matrix parameter's gradient, to its
  /// rows from one on.
  package func contributeProduct(_ x: Value, _ dy: Value, to input: Int, fromRow row: Int) {
    guard wants(input) else { return }
    gradient.postponeProduct(x, dy, to: inputs[input].id, fromRow: row)
  }
}
