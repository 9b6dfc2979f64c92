internal import Crypto
public import Inventory

/// An API key as its client sends it: `bks_`, ten hexadecimal digits to recognise it by, `_`, and a secret of 256
/// random bits. It is shown once, when it is made; what is kept is ``secret``.
public struct KeyToken: Sendable {
  private static let mark = "bks_"
  private static let prefixLength = 14
  private static let length = 58

  /// The whole key.
  public let text: String

  /// What is to be stored of it.
  public var secret: KeySecret {
    KeySecret(prefix: String(text.prefix(Self.prefixLength)), digest: SHA256.hex(Array(text.utf8)))
  }

  /// A new one, from the system's random numbers.
  public static func generate() -> KeyToken {
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    for _ in 0..<32 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
    return KeyToken(number: UInt64.random(in: 0..<(1 << 40), using: &random), secret: bytes)
  }

  /// From 40 bits to recognise it by and 32 bytes of secret.
  package init(number: UInt64, secret: [UInt8]) {
    let number = String(number, radix: 16)
    let digits = String(repeating: "0", count: 10 - number.count) + number
    text = "\(Self.mark)\(digits)_\(Base64URL.encode(secret))"
  }

  /// The prefix of what has the form of a key; nil for anything else.
  package static func prefix(of token: String) -> String? {
    let bytes = Array(token.utf8)
    guard bytes.count == length, bytes.starts(with: mark.utf8), bytes[prefixLength] == UInt8(ascii: "_"),
      bytes[mark.utf8.count..<prefixLength].allSatisfy(isHexadecimal),
      bytes[(prefixLength + 1)...].allSatisfy({ Base64URL.value($0) != nil })
    else { return nil }
    return String(decoding: bytes[..<prefixLength], as: UTF8.self)
  }

  /// A text without the secrets of keys that are in it, for logs: some clients put a key where its id belongs.
  public static func masked(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard text.count > prefixLength, firstMark(in: text) != nil else { return text }
    var masked: [UInt8] = []
    var rest = text
    while rest.count > prefixLength, let start = firstMark(in: rest) {
      let end = min(start + prefixLength, rest.endIndex)
      masked += rest[..<end] + Array("…".utf8)
      rest = rest[end...].drop { Base64URL.value($0) != nil }
    }
    return masked[...] + rest
  }

  private static func firstMark(in text: ArraySlice<UInt8>) -> Int? {
    var index = text.startIndex
    while let first = text[index...].firstIndex(of: UInt8(ascii: "b")) {
      if text[first...].starts(with: mark.utf8) { return first }
      index = first + 1
    }
    return nil
  }

  /// Capitals are not written, so they are no key's.
  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }
}
