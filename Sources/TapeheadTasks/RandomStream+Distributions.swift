import RealModule

extension RandomStream {
  /// One fair bit: the highest of the next word.
  public mutating func bit() -> Bool { next() >> 63 == 1 }

  /// As many fair bits as asked for, at most 64: the highest of the next word.
  public mutating func bits(_ count: Int) -> UInt64 {
    precondition((1...64).contains(count), "a word has 1 to 64 bits")
    return next() >> UInt64(64 - count)
  }

  /// A whole number from 0 to `bound` − 1, each as likely as the others.
  ///
  /// The upper half of word × bound (Lemire 2019, arXiv:1805.10941). Of the 2⁶⁴ words,
  /// 2⁶⁴ mod bound are drawn again, those whose lower half is below that number, so that as many
  /// are left for each result.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "there is no whole number from 0 to below \(bound)")
    let width = UInt64(bound)
    let surplus = (0 &- width) % width
    var product = next().multipliedFullWidth(by: width)
    while product.low < surplus {
      product = next().multipliedFullWidth(by: width)
    }
    return Int(product.high)
  }

  /// A whole number of a range, each as likely as the others.
  public mutating func integer(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.upperBound - range.lowerBound + 1)
  }

  /// A number of [0, 1): one of the 2²⁴ multiples of 2⁻²⁴.
  public mutating func uniformFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number of [0, 1): one of the 2⁵³ multiples of 2⁻⁵³.
  public mutating func uniformDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number of mean 0 and standard deviation 1, normally distributed.
  ///
  /// The ratio of uniforms (Kinderman & Monahan 1977): (u, v) uniform in the box
  /// (0, 1] × ±√(2/e) is kept if v²/u² ≤ −4 ln u, and v/u is then normal. The logarithm only
  /// decides, so its last bit, which differs between platforms, does not reach the result. No
  /// number is kept for later: the four words are the whole state.
  public mutating func normal() -> Double {
    let halfHeight = 0.857_763_884_960_706_8  // √(2/e)
    while true {
      let width = 1 - uniformDouble()
      let ratio = halfHeight * (2 * uniformDouble() - 1) / width
      if ratio * ratio <= -4 * Double.log(width) { return ratio }
    }
  }

  /// A number of [0, 1] distributed as Beta(½, ½), which is that of sin²(πU/2), U uniform.
  ///
  /// For a point (x, y) uniform in the disc the angle is uniform, so y²/(x² + y²) is its squared
  /// sine, without a call to a sine that differs between platforms.
  public mutating func betaOfHalves() -> Double {
    while true {
      let across = 2 * uniformDouble() - 1
      let up = 2 * uniformDouble() - 1
      let squaredRadius = across * across + up * up
      if squaredRadius <= 1, squaredRadius > 0 { return up * up / squaredRadius }
    }
  }
}
