import TapeheadFigures
import Testing

@Suite("Every figure is a sound document")
struct FigureDocumentTests {
  @Test("is well-formed XML", arguments: Samples.all)
  func wellFormed(name: String) throws {
    let svg = try Samples.figure(name).svg(id: "a")
    let fault = faultInXML(svg)
    #expect(fault == nil)
  }

  @Test("has the same bytes each time", arguments: Samples.all)
  func deterministic(name: String) throws {
    let first = try Samples.figure(name).svg(id: "a")
    let second = try Samples.figure(name).svg(id: "a")
    #expect(first == second)
  }

  @Test("keeps its ids and its rules to itself", arguments: Samples.all)
  func scoped(name: String) throws {
    let svg = try Samples.figure(name).svg(id: "mine")
    let strangers = attributes("id", in: svg).filter { $0 != "mine" && !$0.hasPrefix("mine-") }
    #expect(strangers == [])
    let sheet = try #require(svg.split(separator: "<style>").last?.split(separator: "</").first)
    let rules = sheet.replacing("@media screen and (prefers-color-scheme:dark){", with: "")
      .split(separator: "}")
    let open = rules.filter { !$0.hasPrefix("#mine{") && !$0.hasPrefix("#mine ") }
    #expect(open == [])
  }

  @Test("has a name, a description and a dark side", arguments: Samples.all)
  func accessible(name: String) throws {
    let svg = try Samples.figure(name).svg(id: "a")
    let wanted = [
      "role=\"img\"", "aria-labelledby=\"a-title a-desc\"",
      "<title id=\"a-title\">“a &amp; b” &lt; &quot;c&quot;</title>",
      "<desc id=\"a-desc\">1 &lt; 2 &amp; 3 &gt; 2</desc>", "prefers-color-scheme:dark",
    ]
    let lacking = wanted.filter { !svg.contains($0) }
    #expect(lacking == [])
  }

  @Test("an id that no selector can hold is mended")
  func identifiers() {
    let names = ["run 1/β", "7", "ok-1_a", ""].map(identifier)
    #expect(names == ["run-1--", "figure-7", "ok-1_a", "figure-"])
  }
}
