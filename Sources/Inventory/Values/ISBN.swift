/// An International Standard Book Number (ISO 2108), kept as its 13 digits.
public struct ISBN: Hashable, Comparable, Sendable {
  /// 13 decimal digits, such as `9780439023481`.
  public let digits: String

  init(known digits: String) { self.digits = digits }

  /// By value.
  public static func < (left: Self, right: Self) -> Bool { left.digits < right.digits }
}

extension ISBN {
  /// Trusts 13 digits that come from the database.
  public init(stored digits: String) { self.init(known: digits) }

  /// Reads an ISBN in any spelling.
  ///
  /// Spaces and dashes of every kind are dropped, and `ISBN`, `ISBN-13:`, `ISBN-10:`, `urn:isbn:` before
  /// the number. An ISBN-10 becomes its ISBN-13; of a scan with a five-digit add-on the first 13 digits
  /// are kept. Throws `too-long`, `bad-character`, `wrong-length`, `not-an-isbn`, `bad-check-digit`.
  public init(_ text: String) throws(InvalidValue) {
    if Self.isPlain(text) {
      self.init(known: text)
      return
    }
    let characters = try ISBNSpelling.significantCharacters(of: text)
    switch characters.count {
    case 10: try self.init(tenCharacters: characters)
    case 13: try self.init(thirteenDigits: characters)
    case 18: try self.init(thirteenDigits: Array(characters[..<13]), addOn: characters[13...])
    default:
      throw InvalidValue(
        code: "wrong-length",
        detail: "An ISBN has 10 or 13 characters, without spaces and dashes; \(quoted(text)) has"
          + " \(characters.count).")
    }
  }

  /// The ten-character form; nil for 979, which has none.
  public var isbn10: String? {
    guard digits.hasPrefix("978") else { return nil }
    let core = Array(digits.utf8.dropFirst(3).prefix(9))
    return String(decoding: core + [Self.checkCharacter(ofTen: core)], as: UTF8.self)
  }

  /// Whether a text is an ISBN as it is stored, which is how most requests name a book.
  private static func isPlain(_ text: String) -> Bool {
    var position = 0
    var sum = 0
    var prefix = 0
    for byte in text.utf8 {
      let digit = Int(byte) - Int(UInt8(ascii: "0"))
      guard position < 13, 0...9 ~= digit else { return false }
      sum += position.isMultiple(of: 2) ? digit : 3 * digit
      if position < 4 { prefix = prefix * 10 + digit }
      position += 1
    }
    return position == 13 && sum.isMultiple(of: 10) && (9780...9799 ~= prefix && prefix != 9790)
  }

  private init(tenCharacters characters: [UInt8]) throws(InvalidValue) {
    let core = Array(characters[..<9])
    guard !core.contains(UInt8(ascii: "X")) else {
      throw InvalidValue(code: "bad-character", detail: "X may only be the last character of an ISBN-10.")
    }
    let right = Self.checkCharacter(ofTen: core)
    guard characters[9] == right else { throw Self.badCheckDigit(characters, right: right) }
    let stem = Array("978".utf8) + core
    self.init(known: String(decoding: stem + [Self.checkDigit(ofThirteen: stem)], as: UTF8.self))
  }

  private init(thirteenDigits digits: [UInt8], addOn: ArraySlice<UInt8> = []) throws(InvalidValue) {
    guard !digits.contains(UInt8(ascii: "X")), !addOn.contains(UInt8(ascii: "X")) else {
      throw InvalidValue(code: "bad-character", detail: "X may only be the last character of an ISBN-10.")
    }
    let text = String(decoding: digits, as: UTF8.self)
    try Self.requireBookland(text)
    let right = Self.checkDigit(ofThirteen: Array(digits[..<12]))
    guard digits[12] == right else { throw Self.badCheckDigit(digits, right: right) }
    self.init(known: text)
  }

  /// The checksum of 13 digits is that of every EAN, so only the prefix tells what is numbered.
  private static func requireBookland(_ digits: String) throws(InvalidValue) {
    let reason: String
    if digits.hasPrefix("9790") {
      reason = "979-0 numbers printed music (ISMN)"
    } else if digits.hasPrefix("977") {
      reason = "977 numbers periodicals (ISSN)"
    } else if !digits.hasPrefix("978"), !digits.hasPrefix("979") {
      reason = "an ISBN of 13 digits starts with 978 or 979"
    } else {
      return
    }
    throw InvalidValue(code: "not-an-isbn", detail: "\(digits) is not an ISBN: \(reason).")
  }

  /// ISO 2108 annex C: weights 10 to 2 modulo 11, where 10 is written X.
  private static func checkCharacter(ofTen core: [UInt8]) -> UInt8 {
    var sum = 0
    for (index, byte) in core.enumerated() { sum += (10 - index) * Int(byte - UInt8(ascii: "0")) }
    let check = (11 - sum % 11) % 11
    return check == 10 ? UInt8(ascii: "X") : UInt8(ascii: "0") + UInt8(check)
  }

  /// ISO 2108 annex C: weights 1 and 3 in turn modulo 10.
  private static func checkDigit(ofThirteen stem: [UInt8]) -> UInt8 {
    var sum = 0
    for (index, byte) in stem.enumerated() {
      sum += (index.isMultiple(of: 2) ? 1 : 3) * Int(byte - UInt8(ascii: "0"))
    }
    return UInt8(ascii: "0") + UInt8((10 - sum % 10) % 10)
  }

  private static func badCheckDigit(_ characters: [UInt8], right: UInt8) -> InvalidValue {
    let text = String(decoding: characters, as: UTF8.self)
    return InvalidValue(
      code: "bad-check-digit",
      detail: "The check digit of \(text) is wrong: if all others are right, the last must be"
        + " \(Character(Unicode.Scalar(right))).")
  }
}
