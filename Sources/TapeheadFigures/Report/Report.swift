/// A report as one HTML page that needs nothing else: no script, no font, no other file.
///
/// Sections are built by appending blocks; figures and sections are numbered when the page is
/// written. The same report gives the same bytes.
public struct Report: Sendable {
  /// One part of a section.
  public enum Block: Sendable {
    case paragraph(String)
    /// A paragraph that the reader must not overlook, such as where a result falls short.
    case notice(String)
    /// Text of fixed width, such as a command.
    case code(String)
    case table(Table)
    /// A long table that is shown when its heading is opened.
    case folded(Table)
    case figure(any Figure, Caption)
  }

  /// A heading and what stands below it.
  public struct Section: Sendable {
    public var title: String
    public var blocks: [Block]

    public init(_ title: String, _ blocks: [Block] = []) {
      (self.title, self.blocks) = (title, blocks)
    }
  }

  public var title: String
  /// A paragraph under the title: what was run and what came out.
  public var summary: String
  public var sections: [Section]

  public init(title: String, summary: String, sections: [Section] = []) {
    (self.title, self.summary, self.sections) = (title, summary, sections)
  }

  /// The page, in UTF-8 and well-formed as XML too.
  public var html: String {
    var number = 0
    let bodies = sections.enumerated().map { index, section in
      let parts = elements(section.blocks, figure: &number)
      return Element(
        "section", ["id": "section-\(index + 1)"],
        [Element("h2", text: section.title)] + parts)
    }
    let head = Element(
      "head", [:],
      [
        Element("meta", ["charset": "utf-8"]),
        Element(
          "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        Element("meta", ["name": "color-scheme", "content": "light dark"]),
        Element("title", text: title),
        Element("style", nodes: [.verbatim(ReportStyle.sheet)]),
      ])
    let header = Element(
      "header", [:],
      [Element("h1", text: title), Element("p", ["class": "summary"], text: summary)])
    let body = Element("body", [:], [header] + contents + [Element("main", [:], bodies)])
    return "<!DOCTYPE html>\n" + Element("html", ["lang": "en"], [head, body]).text + "\n"
  }

  /// Links to the sections, where there are several.
  private var contents: [Element] {
    guard sections.count > 1 else { return [] }
    let items = sections.enumerated().map { index, section in
      Element(
        "li", [:], [Element("a", ["href": "#section-\(index + 1)"], text: section.title)])
    }
    return [Element("nav", ["aria-label": "Contents"], [Element("ul", [:], items)])]
  }

  /// Neighbouring figures of a column's width stand in one grid, side by side where there is room.
  private func elements(_ blocks: [Block], figure number: inout Int) -> [Element] {
    var elements: [Element] = []
    var gallery: [Element] = []
    for block in blocks {
      if case .figure(let figure, let caption) = block {
        number += 1
        gallery.append(element(figure, caption, number: number))
        continue
      }
      if !gallery.isEmpty { elements.append(Element("div", ["class": "gallery"], gallery)) }
      gallery = []
      elements.append(element(block))
    }
    guard !gallery.isEmpty else { return elements }
    return elements + [Element("div", ["class": "gallery"], gallery)]
  }

  private func element(_ block: Block) -> Element {
    switch block {
    case .paragraph(let text): Element("p", text: text)
    case .notice(let text): Element("p", ["class": "notice"], text: text)
    case .code(let text): Element("pre", ["tabindex": "0"], [Element("code", text: text)])
    case .table(let table): table.element
    case .folded(let table):
      Element("details", [:], [Element("summary", text: table.caption), table.element])
    case .figure: preconditionFailure("figures are numbered and gathered before")
    }
  }

  private func element(_ figure: any Figure, _ caption: Caption, number: Int) -> Element {
    let id = "figure-\(number)"
    let picture: Element =
      switch figure.width {
      case .column:
        Element("div", ["class": "picture"], nodes: [.verbatim(figure.svg(id: id))])
      case .page:
        // A page's width does not shrink onto a telephone: it scrolls there.
        Element(
          "div",
          [
            "class": "picture wide", "role": "region", "tabindex": "0",
            "aria-label": figure.title,
          ], nodes: [.verbatim(figure.svg(id: id))])
      }
    let origin = caption.origin.isEmpty ? [] : [Element("small", text: " " + caption.origin)]
    let label = Element.Node.element(Element("b", text: "Figure \(number). "))
    let words = [label, .text(caption.text)] + origin.map(Element.Node.element)
    return Element(
      "figure", ["class": figure.width == .page ? "page" : "column"],
      [picture, Element("figcaption", nodes: words)])
  }
}
