public import TapeheadEngine

/// A sequence drawn as plain text, so that a reader sees what the network sees.
///
/// Channels stand below each other with their names at the left, time runs to the right: `█` is 1,
/// `·` is 0, `▒` any other value, listed below. A row marks the steps whose answer counts; targets
/// are drawn there only. A sequence too wide for a line goes on in another block.
public struct ExampleDrawing: Sendable, CustomStringConvertible {
  public let description: String

  /// Draws one sequence of a batch.
  ///
  /// - Parameters:
  ///   - sequence: which of the batch's sequences.
  ///   - batch: sequences of `task`.
  ///   - task: gives the channels their names.
  ///   - columns: the width of a line; at least one step is drawn in each.
  public init(
    of sequence: Int, in batch: SequenceBatch, task: any SequenceTask, columns: Int = 100
  ) {
    let drawing = Drawing(rows: batch.rows(of: sequence), batch: batch, task: task)
    let stepsPerBlock = max(1, columns - drawing.margin)
    let blocks = stride(from: 0, to: drawing.rows.count, by: stepsPerBlock).map { first in
      drawing.block(steps: first..<min(first + stepsPerBlock, drawing.rows.count))
    }
    description =
      (blocks + drawing.listedValues(columns: columns) + [drawing.key]).joined(separator: "\n\n")
      + "\n"
  }
}

/// The parts that an example is drawn from; lines are joined without one at the end.
private struct Drawing {
  let rows: Range<Int>
  let batch: SequenceBatch
  let inputChannels: [String]
  let outputChannels: [String]

  /// Characters before the first step of a line.
  let margin: Int

  init(rows: Range<Int>, batch: SequenceBatch, task: any SequenceTask) {
    self.rows = rows
    self.batch = batch
    inputChannels = task.inputChannels
    outputChannels = task.outputChannels
    let names = inputChannels + outputChannels + ["step"]
    margin = 8 + (names.map(\.count).max() ?? 0) + 1
  }

  func block(steps: Range<Int>) -> String {
    var lines = [line("", "step", ruler(steps))]
    for (channel, name) in inputChannels.enumerated() {
      let cells = steps.map { Self.cell(input($0, channel)) }
      lines.append(line(channel == 0 ? "input" : "", name, String(cells)))
    }
    lines.append(line("answer", "", String(steps.map { isAnswer($0) ? "▲" : " " })))
    for (channel, name) in outputChannels.enumerated() {
      let cells = steps.map { isAnswer($0) ? Self.cell(target($0, channel)) : " " }
      lines.append(line(channel == 0 ? "target" : "", name, String(cells)))
    }
    return lines.joined(separator: "\n")
  }

  /// What the signs mean.
  var key: String {
    let hasOthers = rows.contains { row in
      (0..<inputChannels.count).contains { !Self.isBit(input(row - rows.lowerBound, $0)) }
    }
    return "█ 1  · 0  " + (hasOthers ? "▒ other, listed above  " : "") + "▲ answer counts"
  }

  /// For each channel with values other than 0 and 1: which, and at which step.
  func listedValues(columns: Int) -> [String] {
    inputChannels.enumerated().compactMap { channel, name in
      let values = (0..<rows.count).compactMap { step in
        let value = input(step, channel)
        return Self.isBit(value) ? nil : "\(step): \(Self.rounded(value))"
      }
      return values.isEmpty ? nil : Self.wrapped("\(name) at step", values, columns: columns)
    }
  }

  /// A heading and its entries, with commas, in lines of at most so many columns where possible.
  private static func wrapped(_ heading: String, _ entries: [String], columns: Int) -> String {
    var lines = [heading]
    for (index, entry) in entries.enumerated() {
      let word = " " + entry + (index + 1 < entries.count ? "," : "")
      if lines[lines.count - 1].count + word.count <= columns {
        lines[lines.count - 1] += word
      } else {
        lines.append(" " + word)
      }
    }
    return lines.joined(separator: "\n")
  }

  private func line(_ group: String, _ name: String, _ cells: String) -> String {
    let label = group + String(repeating: " ", count: 8 - group.count) + name
    let padded = label + String(repeating: " ", count: margin - label.count) + cells
    return String(padded.reversed().drop { $0 == " " }.reversed())
  }

  /// The number of every tenth step, beginning above its column.
  private func ruler(_ steps: Range<Int>) -> String {
    var text = ""
    for step in steps where step % 10 == 0 {
      let place = step - steps.lowerBound
      text += String(repeating: " ", count: max(0, place - text.count)) + String(step)
    }
    return text
  }

  private func input(_ step: Int, _ channel: Int) -> Float {
    batch.inputs[(rows.lowerBound + step) * batch.inputSize + channel]
  }

  private func target(_ step: Int, _ channel: Int) -> Float {
    batch.targets[(rows.lowerBound + step) * batch.targetSize + channel]
  }

  private func isAnswer(_ step: Int) -> Bool { batch.weights[rows.lowerBound + step] > 0 }

  private static func isBit(_ value: Float) -> Bool { value == 0 || value == 1 }

  private static func cell(_ value: Float) -> Character {
    isBit(value) ? (value == 0 ? "·" : "█") : "▒"
  }

  /// A value to three decimals.
  private static func rounded(_ value: Float) -> String {
    let thousandths = Int((Double(value) * 1000).rounded())
    let decimals = String(1000 + abs(thousandths) % 1000).dropFirst()
    return (thousandths < 0 ? "−" : "") + "\(abs(thousandths) / 1000).\(decimals)"
  }
}
