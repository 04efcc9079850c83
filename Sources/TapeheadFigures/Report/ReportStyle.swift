/// The style sheet of the report's page; figures bring their own.
enum ReportStyle {
  static var sheet: String {
    let light = properties(.light)
    let dark = properties(.dark)
    return ":root{color-scheme:light dark;\(light)}"
      + "@media screen and (prefers-color-scheme:dark){:root{\(dark)}}"
      + rules.joined() + narrow + print
  }

  private static func properties(_ appearance: Appearance) -> String {
    "--paper:\(Palette.paper(appearance).hex);--ink:\(Palette.ink(appearance).hex);"
      + "--soft:\(Palette.soft(appearance).hex);--grid:\(Palette.grid(appearance).hex);"
      + "--link:\(Palette.series(appearance)[0].hex);--alarm:\(Palette.alarm(appearance).hex)"
  }

  private static let rules = [
    "*{box-sizing:border-box}",
    "body{margin:0 auto;padding:24px 32px 64px;max-width:1120px;background:var(--paper);"
      + "color:var(--ink);font:16px/1.5 \(Theme.fonts)}",
    "h1{font-size:28px;line-height:1.2;margin:16px 0 12px}",
    "h2{font-size:20px;line-height:1.3;margin:40px 0 12px;padding-top:12px;"
      + "border-top:1px solid var(--grid)}",
    "p{max-width:72ch;margin:0 0 14px}",
    ".summary{font-size:18px}",
    ".notice{border-left:3px solid var(--alarm);padding-left:12px}",
    "a{color:var(--link)}",
    "nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;padding:0;margin:20px 0}",
    "pre{overflow-x:auto;background:var(--grid);padding:10px 14px;border-radius:4px;"
      + "font-size:14px;margin:0 0 14px}",
    ".scroll{overflow-x:auto;margin:0 0 20px}",
    "table{border-collapse:collapse;font-size:14px;line-height:1.35}",
    // Of a table wider than the page, the caption stays on the page.
    "caption{text-align:left;color:var(--soft);padding:0 0 6px;"
      + "max-width:min(72ch,calc(100vw - 32px))}",
    "th,td{text-align:left;vertical-align:top;padding:5px 14px 5px 0;"
      + "border-bottom:1px solid var(--grid);font-weight:400}",
    "thead th{font-weight:600;vertical-align:bottom;border-bottom:1px solid var(--soft)}",
    "details{margin:0 0 20px}",
    "summary{cursor:pointer;color:var(--link);font-size:14px;margin:0 0 8px}",
    "details caption{display:none}",
    ".number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}",
    "thead .number{white-space:normal}",
    "tbody th{min-width:9ch}",
    "thead th{min-width:8ch}",
    ".paper{color:var(--soft);font-style:italic}",
    ".gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr));"
      + "gap:28px 32px;margin:8px 0 24px;align-items:start}",
    "figure{margin:0;min-width:0}",
    "figure.page{grid-column:1/-1}",
    ".picture{overflow-x:auto}",
    ".picture svg{display:block;width:100%;height:auto}",
    "figure.column svg{max-width:560px}",
    "figure.page svg{min-width:760px;max-width:1056px}",
    "figcaption{font-size:14px;line-height:1.45;color:var(--ink);margin-top:8px;max-width:80ch}",
    "figcaption small{font-size:inherit;color:var(--soft)}",
  ]

  private static let narrow =
    "@media (max-width:600px){body{padding:12px 16px 48px}h1{font-size:24px}"
    + ".summary{font-size:16px}}"

  /// On paper nothing scrolls, and no picture is cut in two.
  private static let print =
    "@media print{body{max-width:none;padding:0;font-size:11pt}nav{display:none}"
    + "figure,tr{break-inside:avoid}h2{break-after:avoid}.scroll,.picture{overflow:visible}"
    + "figure.page svg{min-width:0}}"
}
