/// Reads a complete head into offsets. The head ends with an empty line, so every loop below stops at a CR
/// at the latest.
enum HeadReader {
  static func read(
    _ bytes: [UInt8], into layout: inout HeadLayout, limits: HeadParser.Limits
  ) throws(HeadParser.Refusal) -> Method {
    let span = bytes.span
    var index = try readRequestLine(span, into: &layout, limits: limits)
    while span[index] != Byte.cr {
      guard Int(layout.fieldCount) < HeadLayout.maximumFields else {
        throw .init(.requestHeaderFieldsTooLarge, "There are more than \(HeadLayout.maximumFields) fields.")
      }
      index = try readField(span, at: index, into: &layout)
    }
    return try method(bytes[layout.method.range])
  }

  private static func method(_ bytes: ArraySlice<UInt8>) throws(HeadParser.Refusal) -> Method {
    for method in Method.allCases where method.rawValue.utf8.elementsEqual(bytes) { return method }
    throw .init(.notImplemented, "The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.")
  }

  // MARK: Request line (RFC 9112 §3)

  private static func readRequestLine(
    _ span: Span<UInt8>, into layout: inout HeadLayout, limits: HeadParser.Limits
  ) throws(HeadParser.Refusal) -> Int {
    var index = 0
    while isToken(span[index]) { index += 1 }
    guard index > 0, span[index] == Byte.space else { throw .init("The request line has no valid method.") }
    layout.method = HeadRange(start: 0, end: UInt16(index))

    let target = index + 1
    index = target
    while isTargetByte(span[index]) { index += 1 }
    guard span[index] == Byte.space else {
      throw .init(
        span[index] == Byte.cr
          ? "The request line has no HTTP version."
          : "The request target has a character that must be percent-encoded.")
    }
    guard index > target else { throw .init("The request line has no target.") }
    guard index - target <= limits.target else {
      throw .init(.uriTooLong, "The request target is longer than \(limits.target) bytes.")
    }
    layout.target = HeadRange(start: UInt16(target), end: UInt16(index))
    let end = try readVersion(span, at: index + 1, into: &layout)
    try readTarget(span, target..<index, into: &layout)
    return end
  }

  private static func readVersion(
    _ span: Span<UInt8>, at start: Int, into layout: inout HeadLayout
  ) throws(HeadParser.Refusal) -> Int {
    let malformed = HeadParser.Refusal("The request line does not end with HTTP/1.1 or HTTP/1.0.")
    var index = start
    for expected in "HTTP/".utf8 {
      guard span[index] == expected else { throw malformed }
      index += 1
    }
    guard isDigit(span[index]), span[index + 1] == UInt8(ascii: "."), isDigit(span[index + 2]),
      span[index + 3] == Byte.cr
    else { throw malformed }
    guard span[index] == UInt8(ascii: "1") else {
      throw .init(.httpVersionNotSupported, "Only HTTP/1.1 and HTTP/1.0 are spoken here.")
    }
    // A higher minor version is answered as the highest one known (RFC 9110 §2.5).
    layout.minorVersion = span[index + 2] == UInt8(ascii: "0") ? 0 : 1
    return index + 5
  }

  /// The forms of RFC 9112 §3.2; authority-form belongs to CONNECT, which is not implemented.
  private static func readTarget(
    _ span: Span<UInt8>, _ target: Range<Int>, into layout: inout HeadLayout
  ) throws(HeadParser.Refusal) {
    var start = target.lowerBound
    if span[start] != Byte.slash {
      let isOptions = layout.method.count == 7 && span[0] == UInt8(ascii: "O")
      if target.count == 1, span[start] == UInt8(ascii: "*"), isOptions {
        layout.path = layout.target
        return
      }
      guard let path = pathOfAbsoluteForm(span, target) else {
        throw .init("The request target must be a path that starts with / or an http:// URL with a path.")
      }
      start = path
    }
    var end = start
    while end < target.upperBound, span[end] != Byte.questionMark { end += 1 }
    layout.path = HeadRange(start: UInt16(start), end: UInt16(end))
    layout.hasQuery = end < target.upperBound
    if layout.hasQuery { layout.query = HeadRange(start: UInt16(end + 1), end: UInt16(target.upperBound)) }
  }

  /// Where the path starts in `http://authority/path`; nil when it is not that.
  private static func pathOfAbsoluteForm(_ span: Span<UInt8>, _ target: Range<Int>) -> Int? {
    var index = target.lowerBound
    for expected in "http".utf8 {
      guard index < target.upperBound, lowercased(span[index]) == expected else { return nil }
      index += 1
    }
    if index < target.upperBound, lowercased(span[index]) == UInt8(ascii: "s") { index += 1 }
    for expected in "://".utf8 {
      guard index < target.upperBound, span[index] == expected else { return nil }
      index += 1
    }
    let authority = index
    while index < target.upperBound, span[index] != Byte.slash {
      guard isHostByte(span[index]) else { return nil }
      index += 1
    }
    return index > authority && index < target.upperBound ? index : nil
  }

  // MARK: Fields (RFC 9112 §5)

  private static func readField(
    _ span: Span<UInt8>, at start: Int, into layout: inout HeadLayout
  ) throws(HeadParser.Refusal) -> Int {
    var index = start
    while isToken(span[index]) { index += 1 }
    guard index > start, span[index] == Byte.colon else {
      let isBlank = span[index] == Byte.space || span[index] == Byte.tab
      if isBlank, index == start {
        throw .init("A field is continued on a second line, which is obsolete.")
      }
      throw .init(
        isBlank
          ? "There is white space between a field's name and its colon."
          : "A field's name has a character that is not allowed.")
    }
    var field = HeadLayout.Field()
    field.name = HeadRange(start: UInt16(start), end: UInt16(index))
    index += 1
    while span[index] == Byte.space || span[index] == Byte.tab { index += 1 }
    let value = index
    while isFieldByte(span[index]) { index += 1 }
    guard span[index] == Byte.cr else { throw .init("A field's value has a control character.") }
    var end = index
    while end > value, span[end - 1] == Byte.space || span[end - 1] == Byte.tab { end -= 1 }
    field.value = HeadRange(start: UInt16(value), end: UInt16(end))
    layout.fields[Int(layout.fieldCount)] = field
    layout.fieldCount += 1
    return index + 2
  }

  // MARK: Characters

  /// RFC 9110 §5.6.2.
  static func isToken(_ byte: UInt8) -> Bool { isIn(tokenLow, tokenHigh, byte) }
  private static let tokenLow = mask("!#$%&'*+-.0123456789", from: 0)
  private static let tokenHigh = mask("ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~", from: 64)

  /// What a URI may hold (RFC 3986 §2), without the fragment's `#`. Square brackets are taken too, since
  /// every URL library sends them unencoded in queries.
  static func isTargetByte(_ byte: UInt8) -> Bool { isIn(targetLow, targetHigh, byte) }
  private static let targetLow = mask("!$%&'()*+,-./0123456789:;=?", from: 0)
  private static let targetHigh = mask(
    "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~", from: 64)

  /// What `host` and `port` may hold (RFC 3986 §3.2.2); HTTP has no user information.
  static func isHostByte(_ byte: UInt8) -> Bool { isIn(hostLow, hostHigh, byte) }
  private static let hostLow = mask("!$%&'()*+,-.0123456789:;=", from: 0)
  private static let hostHigh = mask("ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~", from: 64)

  /// Visible characters, space, tab and the bytes from 0x80 (RFC 9110 §5.5).
  static func isFieldByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == Byte.tab }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  /// The set of ASCII characters as two words of bits.
  private static func mask(_ characters: String, from first: UInt8) -> UInt64 {
    characters.utf8.reduce(0) { $0 | 1 << UInt64($1 - first) }
  }

  private static func isIn(_ low: UInt64, _ high: UInt64, _ byte: UInt8) -> Bool {
    byte < 128 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
  }
}
