import TapeheadFigures
import Testing

@Suite("Elements and numbers as text")
struct SVGTests {
  @Test("text and attributes are escaped, style sheets are not")
  func escaping() {
    let element = Element(
      "a", ["b": "\"<&>\""],
      nodes: [.text("x < y & \u{1}"), .verbatim("p > q"), .element(Element("br"))])
    let text = element.text
    #expect(text == "<a b=\"&quot;&lt;&amp;&gt;&quot;\">x &lt; y &amp; \u{FFFD}p > q<br/></a>")
  }

  @Test("an empty cell has a closing tag of its own")
  func containers() {
    let text = Element("td").text
    #expect(text == "<td></td>")
  }

  @Test(
    "coordinates are short and stable",
    arguments: [
      (0, "0"), (-0.001, "0"), (1, "1"), (-12.5, "-12.5"), (0.05, "0.05"), (2.999, "3"),
      (1e9 + 0.25, "1000000000.25"), (1.10, "1.1"),
    ] as [(Double, String)])
  func decimals(value: Double, text: String) {
    let found = decimal(value)
    #expect(found == text)
  }

  @Test(
    "values keep their significant digits",
    arguments: [
      (0, "0"), (0.5, "0.5"), (-38.24, "−38.2"), (1234.5, "1235"), (0.000_123_4, "0.000123"),
      (1.5e-7, "1.5e-7"), (.nan, "–"), (.infinity, "∞"), (2.5e12, "2.5e12"),
    ] as [(Double, String)])
  func values(value: Double, text: String) {
    let found = significant(value)
    #expect(found == text)
  }
}
