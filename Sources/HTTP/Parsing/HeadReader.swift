/// Reads a complete head into offsets. The head ends with an empty line, so every loop below stops at a CR
/// at the latest.
enum HeadReader {
  static func read(
    _ bytes: [UInt8], into layout: inout HeadLayout, limits: HeadParser.Limits
  ) throws(HeadParser.Refusal) -> Method {
    let span = bytes.span
    let (method, start) = try readRequestLine(span, into: &layout, limits: limits)
    var index = start
    while span[index] != Byte.cr {
      guard Int(layout.fieldCount) < HeadLayout.maximumFields else {
        throw .init(.requestHeaderFieldsTooLarge, "There are more than \(HeadLayout.maximumFields) fields.")
      }
      index = try readField(span, at: index, into: &layout)
    }
    return method
  }

  // MARK: Request line (RFC 9112 §3)

  /// The method, and where the line behind starts. A line whose syntax is right is judged by its version
  /// first, then by its method, then by the form of its target.
  static func readRequestLine(
    _ span: Span<UInt8>, into layout: inout HeadLayout, limits: HeadParser.Limits
  ) throws(HeadParser.Refusal) -> (Method, end: Int) {
    var index = 0
    while isToken(span[index]) { index += 1 }
    guard index > 0, span[index] == Byte.space else { throw .init("The request line has no valid method.") }
    layout.method = HeadRange(start: 0, end: UInt16(index))

    let target = index + 1
    let (targetEnd, mayHoldBytes) = try endOfTarget(span, from: target, limits: limits)
    layout.target = HeadRange(start: UInt16(target), end: UInt16(targetEnd))
    let end = try readVersion(span, at: targetEnd + 1, into: &layout)
    let method = try method(span, layout.method)
    try readTarget(span, target..<targetEnd, method, mayHoldBytes: mayHoldBytes, into: &layout)
    return (method, end)
  }

  private static func method(_ span: Span<UInt8>, _ range: HeadRange) throws(HeadParser.Refusal) -> Method {
    for method in Method.allCases where method.rawValue.utf8.count == range.count {
      var index = Int(range.start)
      for expected in method.rawValue.utf8 {
        guard span[index] == expected else { break }
        index += 1
      }
      if index == range.end { return method }
    }
    throw .init(.notImplemented, "The method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS.")
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
}
