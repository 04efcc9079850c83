public import ArgumentParser
import TapeheadEngine
import TapeheadFigures
public import TapeheadReporting
import TapeheadTraining

/// `tapehead draw RUN`.
struct Draw: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Draw a run: its memory while it works, its answers, its learning curve.",
    discussion: """
      Draws all figures that fit the run's task and model into its folder figures/, or one of them \
      with --figure. The pictures are SVG files, readable in light and dark.
      """)

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory,
    transform: place)
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Only this one: \(RunFigure.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name"))
  var figure: RunFigure?

  @Option(
    name: .customLong("out"), help: "The file of the one figure.", completion: .file(),
    transform: place)
  var file: String?

  @Option(
    parsing: .unconditional, help: "Of the sequence that is drawn; the same one for every run.")
  var seed: UInt64 = 1

  @Option(
    parsing: .unconditional,
    help: "Its length, or number of items (default: the longest trained on).")
  var length: Int?

  @Option(
    parsing: .unconditional,
    help: "Which pair of heads (default: the first; of locations the one whose line fits best).")
  var head: Int?

  @Option(
    parsing: .unconditional,
    help: "Which step, for the pictures of addressing (default: a typical one).")
  var step: Int?

  @Flag(help: "Only list the figures that fit the run.")
  var list = false

  func validate() throws {
    if list, file != nil || figure != nil {
      throw ValidationError("--list draws nothing: leave out --figure and --out.")
    }
    if let file {
      guard figure != nil else {
        throw ValidationError("--out names one file: say which figure with --figure.")
      }
      guard file.hasSuffix(".svg") else {
        throw ValidationError("--out is \(file), and figures are SVG: end its name in .svg.")
      }
    }
    if let figure, !figure.showsSequence, length != nil || step != nil || head != nil {
      throw ValidationError(
        "--figure \(figure.rawValue) shows no single sequence: leave out --length, --head and --step."
      )
    }
  }

  func run() throws {
    try reportingErrors {
      let pictures = try RunPictures(
        RunFolder(opening: folder), instructionSet: InstructionSet.selected())
      let choice = RunPictures.Choice(seed: seed, length: length, head: head, step: step)
      guard !list else { return printList(pictures) }
      if let figure {
        try draw(figure, of: pictures, choice)
      } else {
        try drawAll(of: pictures, choice)
      }
    }
  }

  /// Draws what can be drawn, and says at the end what cannot.
  private func drawAll(of pictures: RunPictures, _ choice: RunPictures.Choice) throws {
    try pictures.check(choice)
    var failures: [any Error] = []
    for figure in pictures.available where pictures.hasHead(choice.head, for: figure) {
      do {
        try draw(figure, of: pictures, choice)
      } catch let error where error is ReportingError || error is FigureError {
        failures.append(error)
      }
    }
    for failure in failures { printError("tapehead: \(failure)") }
    if !failures.isEmpty { throw ExitCode.failure }
  }

  private func draw(
    _ figure: RunFigure, of pictures: RunPictures, _ choice: RunPictures.Choice
  ) throws {
    let path = file ?? "\(folder)/figures/\(figure.rawValue).svg"
    let drawn = try pictures.figure(figure, choice)
    try OwnFile.write(drawn, named: figure.rawValue, to: path)
    print(path)
  }

  private func printList(_ pictures: RunPictures) {
    let names = pictures.available
    let width = names.map(\.rawValue.count).max() ?? 0
    for name in names { print("\(filled(name.rawValue, width))  \(name.summary)") }
  }
}

extension RunFigure: ExpressibleByArgument {}
