#if canImport(Glibc)
  import Glibc
#endif

/// Floats on a cache-line boundary, zero at first, with the slack behind them that kernels may read.
///
/// On Linux a large buffer asks for pages of 2 MiB: with pages of 4 kiB a pass over what a long sequence keeps looks up
/// a page's place every 1,024 floats, and the processor stops asking ahead at the end of each.
package final class FloatBuffer {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int

  package init(count: Int) {
    let bytes = Self.bytes(count: count)
    self.base = Self.memory(bytes: bytes)
      .initializeMemory(as: Float.self, repeating: 0, count: bytes / MemoryLayout<Float>.stride)
    self.count = count
  }

  private static func memory(bytes: Int) -> UnsafeMutableRawPointer {
    #if canImport(Glibc)
      let page = 2 << 20
      if bytes >= page / 2 {
        let whole = (bytes + page - 1) / page * page
        let memory = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: page)
        // Where the system has no such pages to give, it keeps to small ones, which are as good but for their speed.
        _ = madvise(memory, whole, MADV_HUGEPAGE)
        return memory
      }
    #endif
    return .allocate(byteCount: bytes, alignment: 64)
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  package func fill(_ number: Float) {
    base.update(repeating: number, count: count)
  }

  package var bytes: Int { Self.bytes(count: count) }

  /// Bytes of a buffer of so many floats.
  package static func bytes(count: Int) -> Int {
    (count + 2 * vectorLanes) * MemoryLayout<Float>.stride
  }
}
