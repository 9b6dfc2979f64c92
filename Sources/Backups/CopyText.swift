/// The text format of PostgreSQL's COPY, which rows are written in
/// (https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS): a line for each row, tabs
/// between its values, `\N` for null, and a backslash before what would otherwise mean something.
public enum CopyText {
  private static let backslash = UInt8(ascii: "\\")
  private static let tab: UInt8 = 9

  /// Appends a value; nil is null.
  public static func append(_ text: String?, to line: inout [UInt8]) {
    guard var text else {
      line.append(backslash)
      line.append(UInt8(ascii: "N"))
      return
    }
    text.makeContiguousUTF8()
    guard needsEscape(text.utf8Span.span) else {
      line.append(contentsOf: text.utf8)
      return
    }
    for byte in text.utf8 {
      if let letter = letter(for: byte) {
        line.append(backslash)
        line.append(letter)
      } else {
        line.append(byte)
      }
    }
  }

  private static func needsEscape(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where bytes[index] < 0x20 || bytes[index] == backslash {
      if letter(for: bytes[index]) != nil { return true }
    }
    return false
  }

  /// Appends what stands between two values.
  public static func appendSeparator(to line: inout [UInt8]) { line.append(tab) }

  /// What COPY TO writes behind a backslash in place of a character.
  private static func letter(for byte: UInt8) -> UInt8? {
    switch byte {
    case 8: UInt8(ascii: "b")
    case 9: UInt8(ascii: "t")
    case 10: UInt8(ascii: "n")
    case 11: UInt8(ascii: "v")
    case 12: UInt8(ascii: "f")
    case 13: UInt8(ascii: "r")
    case backslash: backslash
    default: nil
    }
  }

  /// The values of a row; nil for null. Throws `damaged` where it has another number of them, or a value is
  /// not written as ``append(_:to:)`` does, or is not UTF-8.
  public static func values(of line: [UInt8], count: Int) throws(BackupError) -> [String?] {
    var values: [String?] = []
    values.reserveCapacity(count)
    var start = 0
    while true {
      let (end, hasEscape) = field(in: line.span, from: start)
      values.append(try value(line[start..<end], hasEscape))
      guard end < line.count else { break }
      start = end + 1
    }
    guard values.count == count else { throw .damaged("\(values.count) values for \(count) columns") }
    return values
  }

  /// Where the value ends that starts here, and whether something in it stands for something else.
  private static func field(in line: Span<UInt8>, from start: Int) -> (end: Int, hasEscape: Bool) {
    var hasEscape = false
    var index = start
    while index < line.count {
      let byte = line[index]
      if byte == tab { break }
      if byte == backslash { hasEscape = true }
      index += 1
    }
    return (index, hasEscape)
  }

  private static func value(_ bytes: ArraySlice<UInt8>, _ hasEscape: Bool) throws(BackupError) -> String? {
    guard hasEscape else { return try text(bytes) }
    if bytes.count == 2, bytes.last == UInt8(ascii: "N") { return nil }
    var plain: [UInt8] = []
    plain.reserveCapacity(bytes.count)
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == backslash else {
        plain.append(byte)
        continue
      }
      guard let letter = rest.popFirst(), let byte = Self.byte(for: letter) else {
        throw .damaged("a value has a backslash that is not written so")
      }
      plain.append(byte)
    }
    return try text(plain[...])
  }

  private static func text(_ bytes: ArraySlice<UInt8>) throws(BackupError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .damaged("a value is not UTF-8 text")
    }
    return text
  }

  private static func byte(for letter: UInt8) -> UInt8? {
    switch letter {
    case backslash: backslash
    case UInt8(ascii: "b"): 8
    case UInt8(ascii: "t"): 9
    case UInt8(ascii: "n"): 10
    case UInt8(ascii: "v"): 11
    case UInt8(ascii: "f"): 12
    case UInt8(ascii: "r"): 13
    default: nil
    }
  }
}
