import Inventory
import JSON
import Testing

@testable import bookstore

@Suite("Log records")
struct LogEncoderTests {
  private let time = Instant(microseconds: 1_795_536_906_123_456)

  private func line(isJSON: Bool, _ message: String, _ fields: (inout LogEncoder) -> Void) -> String {
    var encoder = LogEncoder(isJSON: isJSON)
    encoder.begin(.info, message, at: time)
    fields(&encoder)
    encoder.end()
    return String(decoding: encoder.bytes, as: UTF8.self)
  }

  @Test("a JSON record is one object on one line, its fields in order")
  func json() {
    let text = line(isJSON: true, "request") { record in
      record.field("path", "/v1/books")
      record.field("status", 200)
      record.field("duration_ms", milliseconds: .microseconds(1_042))
    }
    #expect(
      text == #"{"time":"2026-11-24T16:15:06.123Z","level":"info","message":"request","#
        + #""path":"/v1/books","status":200,"duration_ms":1.042}"# + "\n")
  }

  @Test("a text record quotes what would not stand as one word")
  func text() {
    let text = line(isJSON: false, "request") { record in
      record.field("path", "/v1/books")
      record.field("detail", "two words")
      record.field("pair", "a=b")
      record.field("empty", "")
      record.field("bytes", -5)
    }
    #expect(
      text == "2026-11-24T16:15:06.123Z info request path=/v1/books detail=\"two words\" pair=\"a=b\" "
        + "empty=\"\" bytes=-5\n")
  }

  @Test(
    "every byte there is keeps a record on its line, free of controls, and valid", arguments: [true, false])
  func everyByte(isJSON: Bool) throws {
    let all = Array(UInt8.min...UInt8.max)[...]
    let text = line(isJSON: isJSON, "odd \u{1b}[31m \r\n \u{85}\u{2028}\u{202E}") { record in
      record.field("path", all)
    }
    #expect(text.hasSuffix("\n"))
    for scalar in text.unicodeScalars.dropLast() {
      #expect(scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value), "\(scalar.value)")
      #expect(![0x2028, 0x202E].contains(scalar.value))
    }
    if isJSON { _ = try JSONValue(parsing: Array(text.utf8.dropLast())) }
  }

  @Test("what needs no escape stays as it is, and U+0000 is replaced")
  func escapes() throws {
    let original = "a\"b\\c/\t\u{0}\u{7F}ü\u{9B}€😀"
    let text = line(isJSON: true, original) { $0.field("field", original) }
    #expect(text.contains(#"\ufffd\u007fü\u009b€😀"#))
    #expect(text.contains(#"a\"b\\c/\u0009"#))
  }

  @Test(
    "times have three decimals in milliseconds",
    arguments: [
      (Duration.zero, "0.000"), (.nanoseconds(999), "0.000"), (.microseconds(1), "0.001"),
      (.microseconds(12_345), "12.345"), (.seconds(61), "61000.000"),
    ])
  func durations(duration: Duration, shown: String) {
    #expect(line(isJSON: false, "x") { $0.field("d", milliseconds: duration) }.hasSuffix(" d=\(shown)\n"))
  }

  @Test("taken bytes leave the encoder empty, and cutting takes back one record")
  func takeAndCut() {
    var encoder = LogEncoder(isJSON: false)
    encoder.begin(.info, "first", at: time)
    encoder.end()
    let count = encoder.bytes.count
    encoder.begin(.info, "second", at: time)
    encoder.end()
    encoder.cut(to: count)
    #expect(
      String(decoding: encoder.take(leaving: []), as: UTF8.self) == "2026-11-24T16:15:06.123Z info first\n")
    #expect(encoder.bytes.isEmpty)
  }
}
