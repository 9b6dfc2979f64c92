/// Writes comma-separated values (RFC 4180): lines end with CRLF, fields are quoted where they must be.
public enum CSVWriter {
  /// One record with its line end.
  public static func line(_ fields: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    // Without the quotation marks it would be an empty line, which is no record.
    if fields == [""] { bytes = Array("\"\"".utf8) }
    for (index, field) in fields.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(field, to: &bytes)
    }
    bytes += [0x0D, 0x0A]
    return bytes
  }

  private static func append(_ field: String, to bytes: inout [UInt8]) {
    // At the beginning of a file U+FEFF would be taken for a byte order mark.
    let mustQuote =
      field.unicodeScalars.first == "\u{FEFF}"
      || field.utf8.contains { byte in
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D
      }
    guard mustQuote else {
      bytes.append(contentsOf: field.utf8)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in field.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
