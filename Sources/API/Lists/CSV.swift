/// Lines of comma-separated values (RFC 4180).
package enum CSV {
  /// A line with its end.
  package static func line(_ values: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    // Without the quotation marks it would be an empty line, which is no record.
    if values == [""] { bytes = Array("\"\"".utf8) }
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(value, to: &bytes)
    }
    bytes += [0x0D, 0x0A]
    return bytes
  }

  /// A text that no spreadsheet takes for a formula: an apostrophe stands before a character that would begin
  /// one (https://owasp.org/www-community/attacks/CSV_Injection).
  static func inert(_ text: String) -> String {
    switch text.unicodeScalars.first {
    case "=", "+", "-", "@", "\t", "\r": "'" + text
    default: text
    }
  }

  private static func append(_ value: String, to bytes: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    // At the beginning of a file U+FEFF would be taken for a byte order mark.
    let needsQuotes =
      value.unicodeScalars.first == "\u{FEFF}"
      || value.utf8.contains { $0 == quote || $0 == UInt8(ascii: ",") || $0 == 10 || $0 == 13 }
    guard needsQuotes else {
      bytes += value.utf8
      return
    }
    bytes.append(quote)
    for byte in value.utf8 {
      if byte == quote { bytes.append(quote) }
      bytes.append(byte)
    }
    bytes.append(quote)
  }
}
