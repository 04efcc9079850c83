import Foundation
import TapeheadFigures
package import TapeheadTraining

/// 25000 as "25,000".
package func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (number < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
}

/// A number of sequences; "not yet" where it is infinite, nothing where there is none.
func sequencesText(_ value: Double?) -> String {
  guard let value else { return "" }
  return value.isFinite ? grouped(Int(value)) : "not yet"
}

/// A measured value for a reader; nothing where there is none.
func measured(_ value: Double?) -> String {
  guard let value else { return "" }
  return abs(value) < 0.0001 && value != 0 ? "< 0.0001" : significant(value)
}

/// "0.01 (0 to 0.03)", or the one value where all are the same.
func spreadText(_ spread: Spread?, _ text: (Double?) -> String = measured) -> String {
  guard let spread else { return "" }
  guard spread.low != spread.high else { return text(spread.median) }
  return "\(text(spread.median)) (\(text(spread.low)) to \(text(spread.high)))"
}

/// A learning rate: 0.00003 as "3e-5".
package func rateText(_ rate: Double) -> String {
  guard rate > 0 else { return "0" }
  // A rate of 1e-4 is somewhat less as a Float.
  let exponent = Int((log10(rate) + 1e-6).rounded(.down))
  return "\(decimal(rate / pow(10, Double(exponent)), decimals: 1))e\(exponent)"
}

extension TrainingConfiguration {
  /// That training shows other sequences than the paper's; nil where it does not.
  package var quietNote: String? {
    quietShare > 0
      ? "In training \(measured(100 * Double(quietShare))) % of an NTM's sequences hold stretches of silence, "
        + "which the paper's do not (training.quietShare); costs in training are of these too."
      : nil
  }
}

/// "item_right" as "item right".
package func spaced(_ name: String) -> String {
  name.split(separator: "_").joined(separator: " ")
}
