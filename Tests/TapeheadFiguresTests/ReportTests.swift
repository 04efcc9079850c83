import TapeheadFigures
import Testing

@Suite("The report")
struct ReportTests {
  private func report() throws -> Report {
    let table = try Table(
      "Cost & ranges",
      columns: [.init("model", .text), .init("cost (bits)"), .init("paper", .paper)],
      rows: [["NTM <ff>", "0.1", "0.2"], ["LSTM", "", "2"]])
    return Report(
      title: "A & B", summary: "1 < 2",
      sections: [
        .init(
          "Results",
          [
            .paragraph("a < b"), .table(table),
            .table(.settings("Settings", [("task", "copy"), ("rate", "1e-4")])),
            .notice("short of the paper"),
            .code("tapehead train copy && echo \"<done>\""),
          ]),
        .init(
          "Pictures",
          try Samples.all.map { name in
            .figure(
              try Samples.figure(name),
              Caption("Shown: \(name).", runs: ["copy-1"], seeds: [3, 1, 2]))
          }),
      ])
  }

  @Test("is well-formed, with all kinds of block and figure")
  func wellFormed() throws {
    let html = try report().html
    let fault = faultInXML(html.replacing("<!DOCTYPE html>\n", with: ""))
    #expect(fault == nil)
  }

  @Test("needs nothing from outside and runs nothing")
  func selfContained() throws {
    let html = try report().html
    let sources = attributes("src", in: html) + attributes("href", in: html)
    let outside = sources.filter { !$0.hasPrefix("#") }
    #expect(outside == [])
    let forbidden = ["<script", "<link", "@import", "url(http", "onload"].filter(html.contains)
    #expect(forbidden == [])
  }

  @Test("has no id twice, and every link and label finds its aim")
  func identifiers() throws {
    let html = try report().html
    let ids = attributes("id", in: html)
    #expect(Set(ids).count == ids.count)
    let aims =
      attributes("href", in: html).map { String($0.dropFirst()) }
      + attributes("aria-labelledby", in: html).flatMap { names in
        names.split(separator: " ").map(String.init)
      }
      + attributes("clip-path", in: html).map { String($0.dropFirst(5).dropLast()) }
    let lost = aims.filter { !ids.contains($0) }
    #expect(lost == [])
    #expect(aims.count > 10)
  }

  @Test("tables have headings with a scope, and keep the paper's column apart")
  func tables() throws {
    let html = try report().html
    #expect(html.contains("<th scope=\"col\" class=\"number paper\">paper</th>"))
    #expect(html.contains("<th scope=\"row\">NTM &lt;ff&gt;</th>"))
    #expect(html.contains("<td class=\"number\"></td><td class=\"number paper\">2</td>"))
    #expect(html.contains("<caption>Cost &amp; ranges</caption>"))
    #expect(html.contains("<th scope=\"row\">rate</th><td class=\"text\">1e-4</td>"))
  }

  @Test("figures are numbered in order, and captions name run and seeds")
  func captions() throws {
    let html = try report().html
    let text =
      "<b>Figure 2. </b>Shown: strips.<small> Run copy-1, seeds 1–3.</small></figcaption>"
    #expect(html.contains(text))
  }

  @Test(
    "seeds are written as intervals",
    arguments: [
      ([], [], ""), ([], [4], "Seed 4."), ([], [1, 2], "Seeds 1, 2."),
      ([], [9, 1, 3, 2, 2], "Seeds 1–3, 9."), (["a", "b"], [1], "Runs a, b, seed 1."),
    ] as [([String], [Int], String)])
  func origins(runs: [String], seeds: [Int], text: String) {
    let origin = Caption("x", runs: runs, seeds: seeds).origin
    #expect(origin == text)
  }

  @Test("the same report gives the same bytes")
  func deterministic() throws {
    let (first, second) = (try report().html, try report().html)
    #expect(first == second)
  }
}
