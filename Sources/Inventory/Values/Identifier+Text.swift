extension Identifier: CustomStringConvertible {
  /// Reads `prefix_` + 26 base-32 digits, in either case; nil when it is anything else.
  public init?(_ text: String) {
    var text = text
    text.makeContiguousUTF8()
    self.init(utf8: text.utf8Span.span)
  }

  /// Reads the text form from where it lies, without a string.
  public init?(utf8 bytes: Span<UInt8>) {
    let start = Kind.prefix.utf8.count
    guard bytes.count == start + 27, bytes[start] == UInt8(ascii: "_") else { return nil }
    for (position, byte) in Kind.prefix.utf8.enumerated() {
      guard bytes[position] | 0x20 == byte else { return nil }
    }
    var value: UInt128 = 0
    for position in (start + 1)..<bytes.count {
      guard let digit = crockfordValue(bytes[position]) else { return nil }
      value = value << 5 | UInt128(digit)
    }
    // 26 digits are 130 bits: the first may only use three.
    guard crockfordValue(bytes[start + 1]).map({ $0 < 8 }) == true else { return nil }
    self.value = value
  }

  /// The text form, such as `bk_01jd9k3v7rf8mb2q5w0x4z6y1a`.
  public var description: String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text form, without an intermediate string.
  public func append(to bytes: inout [UInt8]) {
    bytes.append(contentsOf: Kind.prefix.utf8)
    bytes.append(UInt8(ascii: "_"))
    for shift in stride(from: 125, through: 0, by: -5) {
      bytes.append(crockfordDigits[Int(truncatingIfNeeded: value >> UInt128(shift)) & 31])
    }
  }
}

/// Douglas Crockford's base 32: no i, l, o, u; https://www.crockford.com/base32.html
private let crockfordDigits: [UInt8] = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

private func crockfordValue(_ byte: UInt8) -> UInt8? {
  let lower = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  switch lower {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): return lower - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "h"): return lower - UInt8(ascii: "a") + 10
  case UInt8(ascii: "j"), UInt8(ascii: "k"): return lower - UInt8(ascii: "j") + 18
  case UInt8(ascii: "m"), UInt8(ascii: "n"): return lower - UInt8(ascii: "m") + 20
  case UInt8(ascii: "p")...UInt8(ascii: "t"): return lower - UInt8(ascii: "p") + 22
  case UInt8(ascii: "v")...UInt8(ascii: "z"): return lower - UInt8(ascii: "v") + 27
  default: return nil
  }
}

extension Identifier {
  /// A new identifier: 48 bits of milliseconds, 74 random bits (RFC 9562 §5.7).
  public static func generate(at instant: Instant) -> Self {
    var random = SystemRandomNumberGenerator()
    let milliseconds = UInt128(UInt64(max(0, instant.microseconds / 1000)) & 0xFFFF_FFFF_FFFF)
    let high = UInt128(random.next() & 0x0FFF) | 0x7000
    let low = UInt128(random.next() & 0x3FFF_FFFF_FFFF_FFFF) | UInt128(0x8000_0000_0000_0000 as UInt64)
    return Self(value: milliseconds << 80 | high << 64 | low)
  }
}
