/// `host [":" port]` (RFC 9110 §7.2, RFC 3986 §3.2), as it stands in Host and in absolute-form.
enum HostSyntax {
  static func isValid(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let host = endOfHost(span, range), host > range.lowerBound else { return false }
    guard host < range.upperBound else { return true }
    guard span[host] == Byte.colon else { return false }
    return isPort(span, host + 1..<range.upperBound)
  }

  /// Digits, or nothing, which stands for the default (RFC 3986 §3.2.3); no port is above 65535.
  private static func isPort(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var port = 0
    for index in range {
      guard HeadReader.isDigit(span[index]) else { return false }
      port = port * 10 + Int(span[index] - UInt8(ascii: "0"))
      guard port <= 65_535 else { return false }
    }
    return true
  }

  private static func endOfHost(_ span: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    guard index < range.upperBound, span[index] == UInt8(ascii: "[") else {
      while index < range.upperBound {
        if HeadReader.isNameByte(span[index]) {
          index += 1
        } else if span[index] == Byte.percent, index + 2 < range.upperBound,
          PercentEncoding.hexValue(span[index + 1]) != nil, PercentEncoding.hexValue(span[index + 2]) != nil
        {
          index += 3
        } else {
          break
        }
      }
      return index
    }
    while index < range.upperBound, span[index] != UInt8(ascii: "]") { index += 1 }
    guard index < range.upperBound, isIPv6(span, range.lowerBound + 1..<index) else { return nil }
    return index + 1
  }

  /// Groups of up to four digits, `::` at most once, and perhaps IPv4 at the end. A later version of IP
  /// (`[v7.…]`) cannot be spoken to a socket of this one.
  private static func isIPv6(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var groups = 0
    var hasGap = false
    var index = range.lowerBound
    while index < range.upperBound {
      if span[index] == Byte.colon {
        let isPair = index + 1 < range.upperBound && span[index + 1] == Byte.colon
        if isPair {
          guard !hasGap else { return false }
          hasGap = true
          index += 2
          if index == range.upperBound { break }
        } else {
          // Between two groups only.
          guard groups > 0, index + 1 < range.upperBound else { return false }
          index += 1
        }
        guard span[index] != Byte.colon else { return false }
      } else if groups > 0 || hasGap {
        return false
      }
      let start = index
      while index < range.upperBound, PercentEncoding.hexValue(span[index]) != nil { index += 1 }
      if index < range.upperBound, span[index] == Byte.dot {
        guard isIPv4(span, start..<range.upperBound) else { return false }
        groups += 2
        index = range.upperBound
      } else {
        guard (1...4).contains(index - start) else { return false }
        groups += 1
      }
    }
    return hasGap ? groups < 8 : groups == 8
  }

  private static func isIPv4(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var octets = 0
    var value = 0
    var digits = 0
    for index in range {
      if span[index] == Byte.dot {
        guard digits > 0 else { return false }
        octets += 1
        value = 0
        digits = 0
      } else {
        // No octet has a zero in front.
        guard HeadReader.isDigit(span[index]), digits == 0 || value > 0 else { return false }
        value = value * 10 + Int(span[index] - UInt8(ascii: "0"))
        digits += 1
        guard value <= 255 else { return false }
      }
    }
    return octets == 3 && digits > 0
  }
}
