import TapeheadEngine

/// Several vectors as the rows of one matrix; one vector is not copied.
func rows(_ vectors: [Value]) -> Value {
  concatenate(vectors).reshaped(to: [vectors.count, vectors[0].count])
}
