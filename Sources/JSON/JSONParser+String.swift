extension JSONParser {
  /// Reads a string from its opening quotation mark (RFC 8259 §7).
  mutating func string(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> String {
    let opening = position
    let start = position + 1
    var end = start
    var seen: UInt8 = 0
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
      seen |= byte
      end += 1
    }
    position = end
    guard end < bytes.count else { throw unterminated(from: opening) }
    guard bytes[end] >= 0x20 else { throw unescapedControl(bytes[end]) }
    if bytes[end] == UInt8(ascii: "\\") { return try escapedString(bytes, from: start) }
    let text = try Self.text(bytes.extracting(start..<end), at: start)
    position = end + 1
    if seen >= 0x80 { try Self.requireCharacters(text, at: opening) }
    return text
  }

  /// Goes on where the first escape stands.
  private mutating func escapedString(
    _ bytes: Span<UInt8>, from start: Int
  ) throws(JSONSyntaxError) -> String {
    var text = try Self.text(bytes.extracting(start..<position), at: start)
    var runStart = position
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        text += try Self.text(bytes.extracting(runStart..<position), at: runStart)
        position += 1
        if byte == UInt8(ascii: "\"") {
          try Self.requireCharacters(text, at: start - 1)
          return text
        }
        text.unicodeScalars.append(try escape(bytes))
        runStart = position
      } else {
        guard byte >= 0x20 else { throw unescapedControl(byte) }
        position += 1
      }
    }
    throw unterminated(from: start - 1)
  }

  /// Reads what follows a backslash.
  private mutating func escape(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Unicode.Scalar {
    guard position < bytes.count else { throw unexpected("an escape", bytes) }
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): position += 1
    case UInt8(ascii: "n"): return escaped("\n")
    case UInt8(ascii: "t"): return escaped("\t")
    case UInt8(ascii: "r"): return escaped("\r")
    case UInt8(ascii: "b"): return escaped("\u{8}")
    case UInt8(ascii: "f"): return escaped("\u{C}")
    case UInt8(ascii: "u"): return try unicodeEscape(bytes)
    default: throw unexpected("an escape (one of \" \\ / b f n r t u)", bytes)
    }
    return Unicode.Scalar(byte)
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    position += 1
    return scalar
  }

  /// Reads `uXXXX`, two of them for a surrogate pair.
  private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Unicode.Scalar {
    let start = position - 1
    let unit = try hexadecimal(bytes)
    if unit == 0 {
      throw JSONSyntaxError(
        code: "nul-character", detail: "U+0000 at byte \(start) is not allowed in text.", offset: start,
        pointer: "")
    }
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if unit < 0xDC00, take(UInt8(ascii: "\\"), bytes), position < bytes.count,
      bytes[position] == UInt8(ascii: "u")
    {
      let low = try hexadecimal(bytes)
      if 0xDC00...0xDFFF ~= low, let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      {
        return scalar
      }
    }
    throw JSONSyntaxError(
      code: "lone-surrogate", detail: "The surrogate at byte \(start) has no partner (RFC 7493 §2.1).",
      offset: start, pointer: "")
  }

  private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> UInt32 {
    position += 1
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
        bytes[position] < 0x80
      else { throw unexpected("a hexadecimal digit of four", bytes) }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  // MARK: Text

  /// Checks UTF-8 and copies it.
  static func text(_ bytes: Span<UInt8>, at start: Int) throws(JSONSyntaxError) -> String {
    do throws(UTF8.ValidationError) {
      return String(copying: try UTF8Span(validating: bytes))
    } catch {
      let offset = start + error.byteOffsets.lowerBound
      throw JSONSyntaxError(
        code: "not-utf8", detail: "The text is not UTF-8 at byte \(offset).", offset: offset, pointer: "")
    }
  }

  /// RFC 7493 §2.1: no noncharacters.
  private static func requireCharacters(_ text: String, at offset: Int) throws(JSONSyntaxError) {
    for scalar in text.unicodeScalars
    where scalar.value & 0xFFFE == 0xFFFE || 0xFDD0...0xFDEF ~= scalar.value {
      throw JSONSyntaxError(
        code: "noncharacter",
        detail: "The string at byte \(offset) contains the noncharacter"
          + " U+\(String(scalar.value, radix: 16, uppercase: true)) (RFC 7493 §2.1).",
        offset: offset, pointer: "")
    }
  }

  private func unescapedControl(_ byte: UInt8) -> JSONSyntaxError {
    error(
      "The control character 0x\(String(byte, radix: 16, uppercase: true)) at byte \(position) must be"
        + " escaped in a string.")
  }

  private func unterminated(from opening: Int) -> JSONSyntaxError {
    error("The text ends within the string that begins at byte \(opening).")
  }
}
