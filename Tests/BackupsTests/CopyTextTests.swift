import Backups
import Testing

@Suite("Rows as lines")
struct CopyTextTests {
  @Test(
    "a row is written as COPY writes it, and read back",
    arguments: [
      ([""], ""), ([nil], "\\N"), (["\\N"], "\\\\N"), (["a", nil, ""], "a\t\\N\t"),
      (["\u{08}\t\n\u{0B}\u{0C}\r\\"], "\\b\\t\\n\\v\\f\\r\\\\"), (["日本", "\u{1}\u{7F}"], "日本\t\u{1}\u{7F}"),
    ] as [([String?], String)])
  func form(values: [String?], text: String) throws {
    #expect(String(decoding: line(values), as: UTF8.self) == text)
    #expect(try CopyText.values(of: Array(text.utf8), count: values.count) == values)
  }

  @Test(
    "a line that was not written so is refused",
    arguments: [
      ("a\tb\tc", "3 values for 2 columns"), ("a", "1 values for 2 columns"),
      ("\\Nx\ty", "a value has a backslash"),
      ("x\\N\ty", "a value has a backslash"), ("a\t\\", "a value has a backslash"),
      ("\\x41\tb", "a value has a backslash"),
    ])
  func wrong(text: String, message: String) {
    let error = #expect(throws: BackupError.self) { try CopyText.values(of: Array(text.utf8), count: 2) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test("a value that is not UTF-8 is refused")
  func encoding() {
    #expect(throws: BackupError.damaged("a value is not UTF-8 text")) {
      try CopyText.values(of: [0xC3, 0x28], count: 1)
    }
  }
}
