import Foundation
import TapeheadFigures

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What a strict XML parser says about a text: nil where it is well-formed.
func faultInXML(_ text: String) -> String? {
  let parser = XMLParser(data: Data(text.utf8))
  guard !parser.parse() else { return nil }
  return "line \(parser.lineNumber), column \(parser.columnNumber): "
    + (parser.parserError.map { "\($0)" } ?? "unknown fault")
}

/// Every value of an attribute such as `id` in a text.
func attributes(_ name: String, in text: String) -> [String] {
  text.components(separatedBy: " \(name)=\"").dropFirst().map {
    String($0.prefix { $0 != "\"" })
  }
}

/// A number in 0 ..< 1 that looks random and is the same in every run.
func noise(_ index: Int) -> Double {
  var bits = UInt64(index) &+ 0x9E37_79B9_7F4A_7C15
  bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
  return Double((bits ^ (bits >> 31)) >> 11) / Double(1 << 53)
}
