public import TapeheadTasks

/// The learning curves of the NTM paper (figures 3, 7, 10, 13 and 18), point by point.
///
/// Resources/README.md says where the numbers come from.
public struct PaperCurve: Sendable, Equatable {
  public struct Point: Sendable, Equatable {
    public var sequences: Double
    public var bits: Double
  }

  /// The task's name, as in the catalogue of tasks.
  public let task: String
  /// The raw value of a `PaperSetting.Model`.
  public let model: String
  /// By rising number of sequences.
  public let points: [Point]

  /// All curves, in the order of the file.
  public static let all = parse(PackageResources.ntm_paper_learning_curves_csv)

  /// The curve of a model on a task.
  public static func of(_ model: PaperSetting.Model, on task: String) -> PaperCurve? {
    all.first { $0.task == task && $0.model == model.rawValue }
  }

  /// The cost at the last point not after so many sequences.
  public func bits(after sequences: Double) -> Double? {
    points.last { $0.sequences <= sequences }?.bits
  }

  /// The number of sequences at the first point that costs at most so many bits.
  public func sequences(toReach bits: Double) -> Double? {
    points.first { $0.bits <= bits }?.sequences
  }

  /// Reads lines of task, model, thousands of sequences and bits; the first one is a heading.
  static func parse(_ bytes: [UInt8]) -> [PaperCurve] {
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    var curves: [PaperCurve] = []
    for line in lines.dropFirst() {
      let fields = line.split(separator: ",").map(String.init)
      guard fields.count == 4, let thousands = Double(fields[2]), let bits = Double(fields[3])
      else { preconditionFailure("the paper's curves have a line that is none: \(line)") }
      let point = Point(sequences: 1_000 * thousands, bits: bits)
      if let last = curves.last, last.task == fields[0], last.model == fields[1] {
        curves[curves.count - 1] = PaperCurve(
          task: last.task, model: last.model, points: last.points + [point])
      } else {
        curves.append(PaperCurve(task: fields[0], model: fields[1], points: [point]))
      }
    }
    return curves.map { curve in
      PaperCurve(
        task: curve.task, model: curve.model,
        points: curve.points.sorted { $0.sequences < $1.sequences })
    }
  }
}
