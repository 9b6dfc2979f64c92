import Foundation
import JSON
import Testing

/// The refusal of a text; nil when it is accepted.
func refusal(of bytes: [UInt8], maximumDepth: Int = 32) -> JSONSyntaxError? {
  do throws(JSONSyntaxError) {
    _ = try JSONValue(parsing: bytes, maximumDepth: maximumDepth)
    return nil
  } catch { return error }
}

func refusal(of text: String) -> JSONSyntaxError? { refusal(of: Array(text.utf8)) }

@Suite("JSON parser")
struct JSONParserTests {
  static let values: [(String, JSONValue)] = [
    ("null", .null), ("true", .bool(true)), ("false", .bool(false)), (" \t\r\n0 ", .number("0")),
    ("-0", .number("-0")), ("-12", .number("-12")), ("1.50e3", .number("1.50e3")), ("1E+2", .number("1E+2")),
    ("10.0e-0", .number("10.0e-0")),
    ("123456789012345678901234567890", .number("123456789012345678901234567890")),
    ("\"\"", .string("")), ("\"a\"", .string("a")),
    (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")),
    (#""\u00e9\u20AC""#, .string("é€")), (#""a\ud83d\ude00b""#, .string("a😀b")),
    ("\"é😀\u{7F}\"", .string("é😀\u{7F}")),
    (#""é\né""#, .string("é\né")), ("\"\u{FFFD}\"", .string("\u{FFFD}")),
    ("[]", .array([])), ("[ ]", .array([])),
    ("[1,[2] , null]", .array([.number("1"), .array([.number("2")]), .null])),
    ("{}", .object([])), ("{ }", .object([])),
    (
      #"{"b":1 , "a" : {"":[]}}"#,
      .object([
        JSONMember(name: "b", value: .number("1")),
        JSONMember(name: "a", value: .object([JSONMember(name: "", value: .array([]))])),
      ])
    ),
  ]

  @Test("reads every kind of value", arguments: values)
  func reading(text: String, value: JSONValue) throws {
    #expect(try JSONValue(parsing: Array(text.utf8)) == value)
  }

  static let refusals: [(String, String, Int, String)] = [
    ("", "empty", 0, ""), (" \n", "empty", 2, ""), ("\u{FEFF}{}", "syntax", 0, ""),
    ("nul", "syntax", 3, ""), ("nulL", "syntax", 3, ""), ("True", "syntax", 0, ""), ("NaN", "syntax", 0, ""),
    ("+1", "syntax", 0, ""), ("01", "syntax", 1, ""), ("-", "syntax", 1, ""), ("-a", "syntax", 1, ""),
    ("1.", "syntax", 2, ""), (".1", "syntax", 0, ""), ("1e", "syntax", 2, ""), ("1e+", "syntax", 3, ""),
    ("0x10", "trailing-bytes", 1, ""), ("1 2", "trailing-bytes", 2, ""), ("{}}", "trailing-bytes", 2, ""),
    ("[] //", "trailing-bytes", 3, ""), ("'a'", "syntax", 0, ""), ("\"a", "syntax", 2, ""),
    ("\"a\nb\"", "syntax", 2, ""), ("\"a\u{0}b\"", "syntax", 2, ""), (#""\x""#, "syntax", 2, ""),
    (#""\u12G4""#, "syntax", 5, ""), (#""\u12"#, "syntax", 5, ""), (#""\"#, "syntax", 2, ""),
    (#""a\u0000""#, "nul-character", 2, ""), (#""\ud800""#, "lone-surrogate", 1, ""),
    (#""\ud800\n""#, "lone-surrogate", 1, ""), (#""\ud800\ud800""#, "lone-surrogate", 1, ""),
    (#""\udc00\ud800""#, "lone-surrogate", 1, ""), (#""\ud800x""#, "lone-surrogate", 1, ""),
    (#""\uFFFE""#, "noncharacter", 0, ""),
    ("[1,]", "syntax", 3, "/1"), ("[,1]", "syntax", 1, "/0"), ("[1 2]", "syntax", 3, ""),
    ("[1", "syntax", 2, ""),
    ("[1}", "syntax", 2, ""), ("[[],[0,x]]", "syntax", 7, "/1/1"),
    ("{,}", "syntax", 1, ""), (#"{"a":1,}"#, "syntax", 7, ""), (#"{"a"}"#, "syntax", 4, ""),
    (#"{"a":}"#, "syntax", 5, "/a"),
    ("{a:1}", "syntax", 1, ""), (#"{"a":1 "b":2}"#, "syntax", 7, ""), (#"{"a":1]"#, "syntax", 6, ""),
    (#"{"a":{"b/~c":[0,1,tru]}}"#, "syntax", 21, "/a/b~1~0c/2"),
    ("{\"/\u{301}~\u{301}\":x}", "syntax", 10, "/~1\u{301}~0\u{301}"),
    (#"{"a":1,"b":2,"a":3}"#, "duplicate-name", 13, "/a"),
    (#"{"x":[{"a":1,"\u0061":2}]}"#, "duplicate-name", 13, "/x/0/a"),
    ("{\"\u{E9}\":1,\"e\u{301}\":2}", "duplicate-name", 8, "/\u{E9}"),
  ]

  @Test("refuses everything else with code, place and pointer", arguments: refusals)
  func refusing(text: String, code: String, offset: Int, pointer: String) throws {
    let error = try #require(refusal(of: text))
    #expect(error.code == code)
    #expect(error.offset == offset)
    #expect(error.pointer == pointer)
    #expect(error.detail.hasSuffix("."))
  }

  @Test(
    "refuses what is not UTF-8 and says where",
    arguments: [
      [0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF],
      [0xF0, 0x80, 0x80, 0x80],
    ] as [[UInt8]])
  func invalidUTF8(sequence: [UInt8]) throws {
    for escape in [[], Array("\\n".utf8)] {
      let bytes = Array(#"{"a":"b"#.utf8) + escape + sequence + Array(#""}"#.utf8)
      let error = try #require(refusal(of: bytes))
      #expect(error.code == "not-utf8")
      #expect(error.offset == 7 + escape.count)
      #expect(error.pointer == "/a")
    }
    #expect(refusal(of: Array("{\"".utf8) + sequence + Array("\":1}".utf8))?.code == "not-utf8")
  }

  @Test(
    "refuses noncharacters, which are UTF-8 all the same",
    arguments: [[0xEF, 0xB7, 0x90], [0xEF, 0xBF, 0xBF], [0xF4, 0x8F, 0xBF, 0xBE]] as [[UInt8]])
  func noncharacters(sequence: [UInt8]) {
    #expect(refusal(of: Array("[\"a".utf8) + sequence + Array("\"]".utf8))?.code == "noncharacter")
  }

  @Test("refuses a text that is nested too deep, where it is")
  func depth() throws {
    let allowed = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    #expect(refusal(of: allowed) == nil)
    let error = try #require(refusal(of: "[" + allowed + "]"))
    #expect(error.code == "too-deep")
    #expect(error.offset == 32)
    #expect(error.pointer == String(repeating: "/0", count: 32))
    #expect(refusal(of: String(repeating: "[", count: 1_000_000))?.code == "too-deep")
    #expect(refusal(of: Array("{}".utf8), maximumDepth: 0)?.code == "too-deep")
    #expect(refusal(of: Array("[[],{}]".utf8), maximumDepth: 2) == nil)
  }

  @Test("finds the second of two equal names among many")
  func manyNames() throws {
    let names = (0..<1000).map { "name\($0)" }
    let members = names.map { "\"\($0)\":0" }
    #expect(refusal(of: "{" + members.joined(separator: ",") + "}") == nil)
    for repeated in [0, 23, 24, 25, 999] {
      let text = "{" + (members + [members[repeated]]).joined(separator: ",") + "}"
      #expect(refusal(of: text)?.pointer == "/name\(repeated)")
    }
  }

  static let book = """
    {"isbn":"9780439023481","title":"The \\"Hunger\\" Games \\u00e9\\ud83d\\ude00 é😀","subtitle":null,
     "contributors":[{"role":"author","name":"Suzanne Collins"}],"price":{"amount":-1.5e+3,"currency":"EUR"},
     "flags":[true,false,[ ],{ }]}
    """

  @Test("refuses a document cut at any byte")
  func truncation() {
    let bytes = Array(Self.book.utf8)
    #expect(refusal(of: bytes) == nil)
    for count in 0..<bytes.count { #expect(refusal(of: Array(bytes[..<count])) != nil, "\(count)") }
  }

  @Test("survives every change of a byte, and what it then accepts is written and read the same")
  func corruption() throws {
    let bytes = Array(Self.book.utf8)
    for position in bytes.indices {
      for byte: UInt8 in [
        0, 0x20, 0x22, 0x2C, 0x2E, 0x30, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x80, 0xC3, 0xF0, 0xFF,
      ] {
        var changed = bytes
        changed[position] = byte
        guard let value = try? JSONValue(parsing: changed) else { continue }
        var writer = JSONWriter()
        writer.value(value)
        #expect(try JSONValue(parsing: writer.bytes) == value)
      }
    }
  }

  @Test("agrees with Foundation on what is JSON")
  func foundation() {
    for (text, _) in Self.values {
      #expect(throws: Never.self) {
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
      }
    }
  }
}
