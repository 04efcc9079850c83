/// Floats on a cache-line boundary, zero at first, with the slack behind them that kernels may read.
package final class FloatBuffer {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int

  package init(count: Int) {
    let floats = count + 2 * vectorLanes
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: floats * MemoryLayout<Float>.stride, alignment: 64)
    self.base = raw.initializeMemory(as: Float.self, repeating: 0, count: floats)
    self.count = count
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  package func fill(_ number: Float) {
    base.update(repeating: number, count: count)
  }

  package var bytes: Int { (count + 2 * vectorLanes) * MemoryLayout<Float>.stride }
}
