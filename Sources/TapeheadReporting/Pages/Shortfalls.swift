import TapeheadFigures
import TapeheadTasks
import TapeheadTraining

extension Matrix {
  /// What the paper reached and we did not, or later; said for every curve.
  func shortfalls(_ results: [JobResult]) -> [Report.Block] {
    let notices = entries.indices.flatMap { index -> [Report.Block] in
      let entry = entries[index]
      guard isTrained(index, results), configuration(of: index).hasPaperTask else { return [] }
      let unfinished = self.results(of: index, in: results).count { !$0.isDone }
      let said =
        (entry.task.name == DynamicNGrams.name
          ? gapShortfall(index, results) : markShortfall(index, results))
        + caseShortfalls(index, results) + repeatShortfalls(index, results)
        + lossShortfall(index, results)
      return said.map {
        .notice(
          "\(entry.task.title), \(entry.model.title): \($0)"
            + (unfinished > 0 ? "; \(unfinished) of its runs are unfinished." : "."))
      }
    }
    func notice(_ beginning: String, where isMeant: (Int) -> Bool) -> [Report.Block] {
      let names = entries.indices.filter(isMeant).map {
        "\(entries[$0].task.title) with \(entries[$0].model.title)"
      }
      return names.isEmpty ? [] : [.notice("\(beginning): \(names.joined(separator: "; ")).")]
    }
    let all =
      notices + notice("Not trained yet") { !isTrained($0, results) }
      + notice("Not compared, for the paper's curve is of other settings of the task") {
        isTrained($0, results) && !configuration(of: $0).hasPaperTask
      }
      + notice("Not in the paper") { isTrained($0, results) && entries[$0].setting == nil }
    return all.isEmpty
      ? [
        .paragraph(
          "Nowhere: every mark of the paper was reached with no more sequences than it needed, and "
            + "what it reports beyond its curves too.")
      ] : all
  }

  /// The last mark for which our median seed needed more sequences than the paper, or did not reach it.
  private func markShortfall(_ index: Int, _ results: [JobResult]) -> [String] {
    guard let worst = marks(of: index, in: results).last(where: { ($0.ratio ?? .infinity) > 1 })
    else { return [] }
    let there = worst.ours.count(where: \.isFinite)
    let seeds = "\(there) of \(worst.ours.count) seeds"
    let (bits, paper) = (measured(worst.bits), sequencesText(worst.paper))
    if let ratio = worst.ratio, ratio.isFinite {
      return [
        "the median seed took \(measured(ratio)) times the paper's \(paper) sequences to reach "
          + "\(bits) bits (\(seeds) did)"
      ]
    }
    let trained = median(index, results) { Double($0.progress.sequences) }
    return [
      "the median seed did not reach in \(sequencesText(trained)) sequences the \(bits) bits that "
        + "the paper's reached in \(paper) (\(seeds) did)"
    ]
  }

  /// N-grams are judged by the gap to the optimal estimator on the same sequences, for what these cost varies more.
  private func gapShortfall(_ index: Int, _ results: [JobResult]) -> [String] {
    let judged = self.results(of: index, in: results).compactMap { $0.outcome?.cases.first }
    guard let paper = PaperResults.gap(entries[index].model), let first = judged.first,
      let ours = median(index, results, of: { $0.cases.first?.measure(DynamicNGrams.gap) }),
      ours > paper
    else { return [] }
    return [
      "the median seed is \(measured(ours)) bits above the optimal estimator in "
        + "\(grouped(first.sequences)) sequences, the paper's \(measured(paper))"
    ]
  }

  /// Recall of more items than trained on (figure 11).
  private func caseShortfalls(_ index: Int, _ results: [JobResult]) -> [String] {
    let entry = entries[index]
    let cases = configuration(of: index).task.task.evaluationCases.map(\.label)
    let short = cases.compactMap { label -> String? in
      guard let paper = PaperResults.bits(entry.model, on: entry.taskName, case: label),
        let ours = median(index, results, of: { $0.result(of: label)?.bits }), ours > paper
      else { return nil }
      return "\(measured(ours)) for \(measured(paper)) bits at \(label)"
    }
    return short.isEmpty
      ? [] : ["the median seed costs more than the paper's: \(short.joined(separator: ", "))"]
  }

  /// Repeat copy beyond what was trained on (figure 8, which gives no numbers).
  private func repeatShortfalls(_ index: Int, _ results: [JobResult]) -> [String] {
    guard let trained = configuration(of: index).task.task as? RepeatCopy else { return [] }
    return trained.evaluationCases.compactMap { one in
      guard let task = one.task as? RepeatCopy,
        PaperResults.copiesOn(entries[index].model, task, trained: trained),
        let wrong = median(index, results, of: { $0.result(of: one.label)?.wrongBits })
      else { return nil }
      let bits = task.minimumLength * task.minimumRepeats * task.bits
      if wrong > Self.copiedOn * Double(bits) {
        return "the median seed has \(measured(wrong)) wrong bits of \(grouped(bits)) at "
          + "\(one.label), where the paper shows a network that copies on"
      }
      guard task.maximumRepeats <= trained.maximumRepeats,
        let ends = median(
          index, results, of: { $0.result(of: one.label)?.measure(RepeatCopy.endMarker) }),
        ends < 1 - Self.copiedOn
      else { return nil }
      return "the median seed finds the end in \(measured(ends)) of the sequences at "
        + "\(one.label), where the paper shows a network that misses it only after more repeats"
    }
  }

  /// Seeds that had solved the task and do not at the end.
  private func lossShortfall(_ index: Int, _ results: [JobResult]) -> [String] {
    let solved = self.results(of: index, in: results).compactMap(\.outcome).filter {
      $0.progress.solvedAfter != nil
    }
    let lost = solved.compactMap(\.finalBits).filter { $0 > RunOutcome.spikeAbove }
    return lost.isEmpty
      ? []
      : [
        "\(lost.count) of \(solved.count) seeds that had solved the task cost "
          + "\(spreadText(Spread(lost))) bits in the last record"
      ]
  }

  /// A network counts as copying on with no larger share of wrong bits, or of ends missed: the paper calls it
  /// fairly accurate.
  private static let copiedOn = 0.05
}
