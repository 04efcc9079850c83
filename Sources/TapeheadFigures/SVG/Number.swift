import Foundation

/// A number as text: at most so many decimals, no trailing zeros, never an exponent or "-0".
///
/// - Parameters:
///   - value: A finite number below 10¹⁵ in size.
///   - decimals: The most digits behind the point; two place a shape to a hundredth of a pixel.
/// - Returns: Such as "-12.5".
package func decimal(_ value: Double, decimals: Int = 2) -> String {
  precondition(value.isFinite && abs(value) < 1e15, "a coordinate of \(value) cannot be drawn")
  let unit = pow(10, Double(decimals))
  let scaled = Int64((abs(value) * unit).rounded())
  let (whole, part) = scaled.quotientAndRemainder(dividingBy: Int64(unit))
  let sign = value < 0 && scaled != 0 ? "-" : ""
  guard part != 0 else { return "\(sign)\(whole)" }
  var digits = String(part)
  digits = String(repeating: "0", count: decimals - digits.count) + digits
  while digits.last == "0" { digits.removeLast() }
  return "\(sign)\(whole).\(digits)"
}

/// A measured value for a reader: so many significant digits, "1.2e-07" outside 10⁻⁴ … 10⁹.
package func significant(_ value: Double, digits: Int = 3) -> String {
  guard value.isFinite else { return value.isNaN ? "–" : (value < 0 ? "−∞" : "∞") }
  guard value != 0 else { return "0" }
  let exponent = Int(log10(abs(value)).rounded(.down))
  let text: String
  if (-4..<9).contains(exponent) {
    let decimals = max(0, digits - 1 - exponent)
    text = decimal(abs(value), decimals: decimals)
  } else {
    let mantissa = decimal(abs(value) / pow(10, Double(exponent)), decimals: digits - 1)
    text = "\(mantissa)e\(exponent)"
  }
  return value < 0 && text != "0" ? "−\(text)" : text
}
