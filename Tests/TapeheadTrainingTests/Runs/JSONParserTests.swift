import TapeheadTraining
import Testing

struct JSONParserTests {
  @Test(arguments: [
    "null", "true", "-0.5e+10", "[]", "{}", #"[1,[2,{"a":"b"}]]"#, #""\"\\\n\u0001é😀""#,
    #"{"z":1,"a":18446744073709551615}"#,
  ])
  func returnsTheTextItRead(text: String) throws {
    let value = try JSONParser.parse(text.utf8)
    #expect(value.text == text)
    let pretty = try JSONParser.parse(value.pretty.utf8)
    #expect(pretty == value)
  }

  @Test func readsEscapes() throws {
    let value = try JSONParser.parse(#" "\/\b\f\n\r\t\u00e9\ud83d\ude00" "#.utf8)
    #expect(value == .string("/\u{08}\u{0C}\n\r\té😀"))
  }

  @Test(arguments: [
    "", " ", "nul", "01", "1.", ".5", "+1", "-", "1e", "NaN", "[1,]", "[1 2]", "{\"a\"}", "{a:1}",
    "{\"a\":1,}", "\"", "\"\n\"", #""\x""#, #""\u12g4""#, #""\ud800""#, #""\ud800\u0041""#, "\"\\",
    "1 2", "{\"a\":1,\"a\":2}", String(repeating: "[", count: 100_000),
  ])
  func refuses(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text.utf8) }
  }

  @Test func refusesTextThatIsNoUTF8() {
    let quote = UInt8(ascii: "\"")
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([quote, 0xFF, quote]) }
  }

  @Test func listsOfOptionalsKeepTheirValues() throws {
    let value = try JSONValue(encoding: [1.5, nil, 2] as [Double?])
    #expect(value.text == "[1.5,null,2.0]")
    let found = try value.decode([Double?].self)
    #expect(found == [1.5, nil, 2])
  }
}
