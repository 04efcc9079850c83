/// One element of an SVG or HTML tree, written the same way every time.
///
/// Attributes keep the order in which they were given. Text and attribute values are escaped when
/// the tree is written, so the tree itself holds plain strings.
package struct Element: Sendable, Equatable {
  package struct Attribute: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  package enum Node: Sendable, Equatable {
    case element(Element)
    case text(String)
    /// Written without escaping: a style sheet, or a tree that is already text.
    case verbatim(String)
  }

  package var name: String
  package var attributes: [Attribute]
  package var nodes: [Node]

  package init(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [Element] = []
  ) {
    self.name = name
    self.attributes = attributes.map { Attribute(name: $0.key, value: $0.value) }
    self.nodes = children.map(Node.element)
  }

  package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
    self.init(name, attributes)
    self.nodes = [.text(text)]
  }

  package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], nodes: [Node]) {
    self.init(name, attributes)
    self.nodes = nodes
  }

  /// The value of an attribute, or nil where the element has none of that name.
  package subscript(_ attribute: String) -> String? {
    attributes.first { $0.name == attribute }?.value
  }

  /// This element and all below it, in document order.
  package var descendants: [Element] {
    [self]
      + nodes.flatMap { node in
        if case .element(let element) = node { element.descendants } else { [Element]() }
      }
  }
}

// Writing.
extension Element {
  /// HTML reads `<td/>` as an opening tag, so these are closed by a tag of their own.
  private static let containers: Set<String> = ["div", "figcaption", "p", "span", "td", "th"]

  package var text: String {
    var output = ""
    write(to: &output)
    return output
  }

  package func write(to output: inout String) {
    output += "<\(name)"
    for attribute in attributes {
      output += " \(attribute.name)=\"\(escaped(attribute.value))\""
    }
    if nodes.isEmpty, !Self.containers.contains(name) {
      output += "/>"
      return
    }
    output += ">"
    for node in nodes {
      switch node {
      case .element(let element): element.write(to: &output)
      case .text(let text): output += escaped(text)
      case .verbatim(let text): output += text
      }
    }
    output += "</\(name)>"
  }
}

/// The text with the characters that mean something in XML replaced by entities.
///
/// Control characters that XML 1.0 does not allow become U+FFFD.
package func escaped(_ text: String) -> String {
  var output = ""
  output.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": output += "&amp;"
    case "<": output += "&lt;"
    case ">": output += "&gt;"
    case "\"": output += "&quot;"
    case "\t", "\n", "\r": output.unicodeScalars.append(scalar)
    case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": output += "\u{FFFD}"
    default: output.unicodeScalars.append(scalar)
    }
  }
  return output
}
