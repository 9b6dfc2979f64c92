import JSON
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
  private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test("puts commas between members and elements only")
  func commas() {
    let text = text { json in
      json.beginObject()
      json.member("a", "x")
      json.member("b", nil as String?)
      json.name("c")
      json.beginArray()
      json.integer(1)
      json.beginObject()
      json.endObject()
      json.null()
      json.raw("[2]".utf8)
      json.endArray()
      json.member("d", true)
      json.member("e", nil as Int64?)
      json.name(escaping: "f\"")
      json.plainString { $0.append(contentsOf: "g".utf8) }
      json.endObject()
    }
    #expect(text == #"{"a":"x","b":null,"c":[1,{},null,[2]],"d":true,"e":null,"f\"":"g"}"#)
  }

  @Test(
    "escapes what must be escaped and nothing else",
    arguments: [
      ("", #""""#), ("é😀/\u{7F}", "\"é😀/\u{7F}\""), ("\"\\", #""\"\\""#), ("\n\r\t", #""\n\r\t""#),
      ("\u{0}\u{1F}", #""\u0000\u001f""#),
    ])
  func escaping(string: String, expected: String) {
    #expect(text { $0.string(string) } == expected)
  }

  @Test(
    "writes integers of every size",
    arguments: [0, 9, 10, -1, -10, 1_234_567_890, .max, .min] as [Int64])
  func integers(value: Int64) {
    #expect(text { $0.integer(value) } == String(value))
  }

  @Test("writes every scalar so that the parser reads it back")
  func everyScalar() throws {
    for start in stride(from: UInt32(1), to: 0x11_0000, by: 0x1000) {
      var string = ""
      for value in start..<start + 0x1000 {
        guard let scalar = Unicode.Scalar(value), value & 0xFFFE != 0xFFFE, !(0xFDD0...0xFDEF ~= value) else {
          continue
        }
        string.unicodeScalars.append(scalar)
      }
      var writer = JSONWriter()
      writer.string(string)
      let read = try JSONValue(parsing: writer.bytes)
      guard case .string(let back) = read else { throw CancellationError() }
      #expect(back.unicodeScalars.elementsEqual(string.unicodeScalars))
    }
  }
}
