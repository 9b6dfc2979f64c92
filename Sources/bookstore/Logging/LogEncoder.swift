internal import Inventory
internal import JSON

/// Appends log records to bytes by hand: one line each, whatever is in them.
///
/// Of a record, first ``begin(_:_:at:)``, then its fields, then ``end()``.
struct LogEncoder: Sendable {
  /// Complete records, each with its line break.
  private(set) var bytes: [UInt8] = []
  let isJSON: Bool
  /// Up to the second; most records fall into the second of the one before.
  private var date = (second: Int64.min, text: [UInt8]())

  init(isJSON: Bool) { self.isJSON = isJSON }

  /// Takes out what was written, and leaves other bytes' room for what comes.
  mutating func take(leaving room: [UInt8]) -> [UInt8] {
    defer {
      bytes = room
      bytes.removeAll(keepingCapacity: true)
    }
    return bytes
  }

  /// Forgets what was written after there were `count` bytes.
  mutating func cut(to count: Int) { bytes.removeLast(bytes.count - count) }

  /// Starts a record.
  mutating func begin(_ level: LogLevel, _ message: String, at time: Instant) {
    if isJSON {
      append("{\"time\":\"")
      appendTime(time)
      append("\",\"level\":\"")
      append(level.rawValue)
      append("\",\"message\":\"")
      appendEscaped(message)
      append("\"")
    } else {
      appendTime(time)
      append(" ")
      append(level.rawValue)
      append(" ")
      appendEscaped(message)
    }
  }

  /// Adds a text; the name is the program's own and needs no escaping.
  mutating func field(_ name: String, _ value: ArraySlice<UInt8>) { field(name, value.span) }

  /// Adds a text; the name is the program's own and needs no escaping.
  mutating func field(_ name: String, _ value: String) {
    var value = value
    value.makeContiguousUTF8()
    field(name, value.utf8Span.span)
  }

  private mutating func field(_ name: String, _ value: Span<UInt8>) {
    beginField(name)
    let isQuoted = isJSON || !Self.isWord(value)
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    appendEscaped(value)
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
  }

  /// Whether a text stands by itself in a text record.
  private static func isWord(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      let byte = text[index]
      if byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "=") { return false }
    }
    return !text.isEmpty
  }

  /// Adds a number.
  mutating func field(_ name: String, _ value: Int64) {
    beginField(name)
    JSONWriter.append(value, to: &bytes)
  }

  /// Adds a time in milliseconds, with three decimals.
  mutating func field(_ name: String, milliseconds duration: Duration) {
    beginField(name)
    let (seconds, attoseconds) = duration.components
    let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    JSONWriter.append(microseconds / 1000, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    appendThreeDigits(microseconds % 1000)
  }

  /// Ends a record.
  mutating func end() { append(isJSON ? "}\n" : "\n") }

  private mutating func beginField(_ name: String) {
    bytes.append(isJSON ? UInt8(ascii: ",") : UInt8(ascii: " "))
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
    append(name)
    if isJSON { bytes.append(UInt8(ascii: "\"")) }
    bytes.append(isJSON ? UInt8(ascii: ":") : UInt8(ascii: "="))
  }

  /// RFC 3339 in UTC with three decimals.
  private mutating func appendTime(_ time: Instant) {
    let second = time.microseconds / 1_000_000
    if second != date.second {
      let text = Instant(microseconds: second * 1_000_000).description
      date = (second, Array(text.utf8.prefix("2026-11-24T16:15:06".utf8.count)))
    }
    bytes += date.text
    bytes.append(UInt8(ascii: "."))
    appendThreeDigits(time.microseconds / 1000 % 1000)
    append("Z")
  }

  private mutating func appendThreeDigits(_ number: Int64) {
    bytes.append(UInt8(ascii: "0") + UInt8(number / 100))
    bytes.append(UInt8(ascii: "0") + UInt8(number / 10 % 10))
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  private mutating func append(_ text: String) { bytes += text.utf8 }

  /// Appends text that may hold anything: control characters would break the line, steer a terminal or
  /// forge a record, and bytes that are no UTF-8 would break the reader.
  private mutating func appendEscaped(_ text: Span<UInt8>) {
    let start = bytes.count
    var isPlain = true
    for index in text.indices {
      let byte = text[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x20..<0x7F: bytes.append(byte)
      case 0x80...0xFF:
        isPlain = false
        bytes.append(byte)
      // Many who read JSON cannot keep U+0000, however it is escaped.
      case 0: appendEscape(0xFFFD)
      default: appendEscape(UInt32(byte))
      }
    }
    if !isPlain { repairUnicode(from: start) }
  }

  private mutating func appendEscaped(_ text: String) {
    var text = text
    text.makeContiguousUTF8()
    appendEscaped(text.utf8Span.span)
  }

  private mutating func appendEscape(_ scalar: UInt32) {
    let digits = String(scalar, radix: 16)
    append("\\u")
    append(String(repeating: "0", count: max(0, 4 - digits.utf8.count)))
    append(digits)
  }

  /// Replaces what is no UTF-8, and escapes the controls beyond ASCII (C1, line and paragraph separator,
  /// and those that turn the direction of writing).
  private mutating func repairUnicode(from start: Int) {
    let text = String(decoding: bytes[start...], as: UTF8.self)
    bytes.removeLast(bytes.count - start)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x80..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: appendEscape(scalar.value)
      default: bytes += String(scalar).utf8
      }
    }
  }
}
