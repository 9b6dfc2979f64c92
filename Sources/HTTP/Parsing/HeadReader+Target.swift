/// The request target (RFC 9112 §3.2, RFC 3986).
extension HeadReader {
  /// Where the target ends, and whether it has percent-encoded bytes that mean more than a character of ASCII.
  static func endOfTarget(
    _ span: Span<UInt8>, from start: Int, limits: HeadParser.Limits
  ) throws(HeadParser.Refusal) -> (end: Int, mayHoldBytes: Bool) {
    var index = start
    var mayHoldBytes = false
    while true {
      while isTargetByte(span[index]) { index += 1 }
      guard span[index] == Byte.percent else { break }
      guard let high = PercentEncoding.hexValue(span[index + 1]),
        let low = PercentEncoding.hexValue(span[index + 2])
      else { throw .init("The request target has a % that two hexadecimal digits do not follow.") }
      guard high | low != 0 else { throw .init("The request target has an encoded NUL.") }
      if high >= 8 { mayHoldBytes = true }
      index += 3
    }
    guard span[index] == Byte.space else {
      throw .init(
        span[index] == Byte.cr
          ? "The request line has no HTTP version."
          : "The request target has a character that must be percent-encoded.")
    }
    guard index > start else { throw .init("The request line has no target.") }
    guard index - start <= limits.target else {
      throw .init(.uriTooLong, "The request target is longer than \(limits.target) bytes.")
    }
    return (index, mayHoldBytes)
  }

  /// Finds path and query in the forms of RFC 9112 §3.2; authority-form belongs to CONNECT, which is not
  /// implemented.
  static func readTarget(
    _ span: Span<UInt8>, _ target: Range<Int>, _ method: Method, mayHoldBytes: Bool,
    into layout: inout HeadLayout
  ) throws(HeadParser.Refusal) {
    var start = target.lowerBound
    if span[start] != Byte.slash {
      if target.count == 1, span[start] == Byte.asterisk, method == .options {
        layout.path = layout.target
        return
      }
      start = try pathOfAbsoluteForm(span, target)
      if start == target.upperBound || span[start] != Byte.slash {
        layout.isPathEmpty = true
        // To the server as a whole, as the last proxy would write it (RFC 9112 §3.2.4).
        layout.isWholeServer = method == .options && start == target.upperBound
      }
    }
    var end = start
    var mayBeDots = false
    while end < target.upperBound, span[end] != Byte.questionMark {
      if span[end] == Byte.slash, end + 1 < target.upperBound,
        span[end + 1] == Byte.dot || span[end + 1] == Byte.percent
      {
        mayBeDots = true
      }
      end += 1
    }
    if mayBeDots { try refuseDotSegments(span, start..<end) }
    if mayHoldBytes { try requireUTF8(span, start..<end) }
    layout.path = HeadRange(start: UInt16(start), end: UInt16(end))
    layout.hasQuery = end < target.upperBound
    if layout.hasQuery { layout.query = HeadRange(start: UInt16(end + 1), end: UInt16(target.upperBound)) }
  }

  /// Where the path, the query or the end stands in `http://authority/path?query`.
  private static func pathOfAbsoluteForm(
    _ span: Span<UInt8>, _ target: Range<Int>
  ) throws(HeadParser.Refusal) -> Int {
    let refusal = HeadParser.Refusal(
      "The request target must be a path that starts with / or an http:// URL.")
    var index = target.lowerBound
    for expected in "http".utf8 {
      guard index < target.upperBound, lowercased(span[index]) == expected else { throw refusal }
      index += 1
    }
    if index < target.upperBound, lowercased(span[index]) == UInt8(ascii: "s") { index += 1 }
    for expected in "://".utf8 {
      guard index < target.upperBound, span[index] == expected else { throw refusal }
      index += 1
    }
    let authority = index
    while index < target.upperBound, span[index] != Byte.slash, span[index] != Byte.questionMark {
      index += 1
    }
    // An http URL without a host, or with user information, must be refused (RFC 9110 §4.2.1, §4.2.4).
    guard index > authority, HostSyntax.isValid(span, authority..<index) else {
      throw .init("The request target's host is not valid.")
    }
    return index
  }

  /// A client takes `.` and `..` out before it sends (RFC 3986 §5.2.4). Where they still stand, a proxy that
  /// guards a path by its name may have seen another path than the one that is asked for.
  private static func refuseDotSegments(
    _ span: Span<UInt8>, _ path: Range<Int>
  ) throws(HeadParser.Refusal) {
    var index = path.lowerBound
    while index < path.upperBound {
      // Behind the slash.
      index += 1
      var dots = 0
      while index < path.upperBound, let width = widthOfDot(span, at: index, end: path.upperBound) {
        dots += 1
        index += width
      }
      guard !(1...2).contains(dots) || (index < path.upperBound && span[index] != Byte.slash) else {
        throw .init("The path has a segment . or ..; send the path that is meant.")
      }
      while index < path.upperBound, span[index] != Byte.slash { index += 1 }
    }
  }

  /// 1 for `.`, 3 for `%2e`.
  private static func widthOfDot(_ span: Span<UInt8>, at index: Int, end: Int) -> Int? {
    if span[index] == Byte.dot { return 1 }
    guard index + 2 < end, span[index] == Byte.percent, span[index + 1] == UInt8(ascii: "2"),
      lowercased(span[index + 2]) == UInt8(ascii: "e")
    else { return nil }
    return 3
  }

  /// Overlong forms of `/` and the like are not UTF-8 either (RFC 3629 §3).
  private static func requireUTF8(_ span: Span<UInt8>, _ path: Range<Int>) throws(HeadParser.Refusal) {
    var bytes: [UInt8] = []
    for index in path { bytes.append(span[index]) }
    guard PercentEncoding.decode(bytes[...]) != nil else {
      throw .init("The path is not percent-encoded UTF-8.")
    }
  }
}
