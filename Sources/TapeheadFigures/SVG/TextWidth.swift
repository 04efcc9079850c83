/// The width of a text, estimated for the sans-serif fonts that a system offers.
///
/// No font can be measured here, because the reader's machine chooses it. The estimate is for fonts
/// as wide as DejaVu Sans, where signs such as = are far wider than in Helvetica.
///
/// - Parameters:
///   - text: One line.
///   - size: The font size in pixels.
/// - Returns: Pixels.
func estimatedWidth(_ text: String, size: Double) -> Double {
  let ems = text.reduce(0.0) { sum, character in
    switch character {
    case "i", "j", "l", "I", "'", "|", ".", ",", ":", ";", "·", " ", "f", "t", "r", "(", ")":
      sum + 0.32
    case "m", "w", "M", "W", "%", "—": sum + 0.88
    case "−", "=", "+", "→": sum + 0.84
    case "A"..."Z": sum + 0.68
    default: sum + 0.62
    }
  }
  return ems * size
}

/// The text in lines no wider than asked, broken at spaces.
///
/// A single word that is too wide stands on a line of its own.
func wrapped(_ text: String, size: Double, within width: Double) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let line = lines.last, estimatedWidth("\(line) \(word)", size: size) <= width {
      lines[lines.count - 1] = "\(line) \(word)"
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
