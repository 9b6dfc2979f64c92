/// Reads fixed forms of ASCII text, such as dates, from the front.
struct ASCIIReader {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  /// The next byte, which stays.
  var next: UInt8? { rest.first }

  /// Takes the next byte if it is this one.
  mutating func take(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  /// Takes exactly this many decimal digits; nil, with some of them taken, when there are fewer.
  mutating func digits(_ count: Int) -> Int? {
    var value = 0
    for _ in 0..<count {
      guard let digit = digit() else { return nil }
      value = value * 10 + digit
    }
    return value
  }

  /// Takes one decimal digit.
  mutating func digit() -> Int? {
    guard let byte = rest.first, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
    rest.removeFirst()
    return Int(byte - UInt8(ascii: "0"))
  }
}

/// A value in quotation marks for an error's detail, cut where it is long.
func quoted(_ text: String, limit: Int = 40) -> String {
  let start = text.prefix(limit)
  return start.endIndex == text.endIndex ? "“\(start)”" : "“\(start)…”"
}

extension Array<UInt8> {
  /// Appends a number that is not negative with at least so many digits.
  mutating func append(padded value: Int, to width: Int) {
    let text = String(value)
    for _ in text.utf8.count..<Swift.max(width, text.utf8.count) { append(UInt8(ascii: "0")) }
    append(contentsOf: text.utf8)
  }
}
