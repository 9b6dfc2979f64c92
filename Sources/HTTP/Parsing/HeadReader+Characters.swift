/// The sets of characters of RFC 9110 and RFC 3986.
extension HeadReader {
  /// RFC 9110 §5.6.2.
  static func isToken(_ byte: UInt8) -> Bool { isIn(tokenLow, tokenHigh, byte) }
  private static let tokenLow = mask("!#$%&'*+-.0123456789", from: 0)
  private static let tokenHigh = mask("ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~", from: 64)

  /// What a URI may hold (RFC 3986 §2), without the fragment's `#`. Square brackets are taken too, since
  /// every URL library sends them unencoded in queries.
  ///
  /// A percent sign is not among them: it needs two digits behind it.
  static func isTargetByte(_ byte: UInt8) -> Bool { isIn(targetLow, targetHigh, byte) }
  private static let targetLow = mask("!$&'()*+,-./0123456789:;=?", from: 0)
  private static let targetHigh = mask(
    "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~", from: 64)

  /// What a registered name may hold (RFC 3986 §3.2.2) besides percent-encoded bytes; without the comma, of
  /// which a proxy may have made one Host out of two.
  static func isNameByte(_ byte: UInt8) -> Bool { isIn(nameLow, nameHigh, byte) }
  private static let nameLow = mask("!$&'()*+-.0123456789;=", from: 0)
  private static let nameHigh = mask("ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~", from: 64)

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
